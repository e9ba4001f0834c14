"""State and events are state fetched afresh, whatever people do (architecture.md).

A desk and a page that only apply the frames they hear show the same as ones that have
just been opened, also where cards overtake each other; and nobody hears of a contact
that they could not open.
"""

from __future__ import annotations

import random
from contextlib import ExitStack
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

from contacts import jobs
from contacts.models import Contact
from core import clock
from tests import sockets, steps
from tests.factories import QueueFactory
from tests.steps import API, client_for, customer_of, for_agents, for_customers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rest_framework.test import APIClient

    from agents.models import Agent, Organisation, Team
    from queues.models import EntryPoint, Queue
    from tests.sockets import Socket
    from tests.stage import Later
    from tests.steps import Chat, Json

STEPS = 40
# What changes with the others in the line, too.
PLACE = {"queue_position": None, "estimated_wait_seconds": None}


def newer(told: Json, held: Json | None) -> Json:
    """Return what a client shows then: two of one version are the same."""
    if held is None or told["version"] > held["version"]:
        return told
    if told["version"] == held["version"]:
        assert told | PLACE == held | PLACE
        return told
    return held


class Desk:
    """A desk that applies what it hears, and nothing else."""

    def __init__(self, agent: Agent, socket: Socket, chance: random.Random) -> None:
        self.agent = agent
        self._random = chance
        self.client = client_for(agent)
        self._socket = socket
        self._me: Json = socket.welcome["me"]
        self._cards = {card["contact"]: card for card in socket.welcome["cards"]}

    def listen(self) -> None:
        frames = self._socket.heard()
        talked = self._contacts("connected")
        shown = self._contacts()
        for frame in self._swapped(frames):
            self._apply(frame)
            shown |= self._contacts()
        # Who talked before the step, or since, may have heard all of it.
        talked |= self._contacts("connected")
        for frame in frames:
            if frame["type"] in {"message", "typing", "read"}:
                about = frame.get("contact") or frame["message"]["contact"]
                assert about in talked, frame
            elif "contact" in frame:
                assert frame["contact"] in shown, frame

    def _swapped(self, frames: list[Json]) -> Iterator[Json]:
        """Give the frames in an order in which they may arrive: cards that nothing
        but other cards lies between change places."""
        for kind, run in groupby(frames, lambda frame: frame["type"]):
            some = list(run)
            if kind == "card":
                self._random.shuffle(some)
            yield from some

    def _apply(self, frame: Json) -> None:
        match frame["type"]:
            case "me":
                self._me = frame["me"]
            case "card":
                card = newer(frame["card"], self._cards.get(frame["card"]["contact"]))
                self._cards[card["contact"]] = card
            case "card_removed":
                self._cards.pop(frame["contact"], None)

    def _contacts(self, *states: str) -> set[str]:
        """Return the contacts with a card, in one of these states if there are any."""
        cards = self._cards.items()
        return {pk for pk, card in cards if not states or card["state"] in states}

    def is_up_to_date(self) -> None:
        shown = {card["contact"]: card for card in steps.cards_of(self.agent)}
        assert self._cards == shown
        assert self._me == self.client.get(f"{API}/me/").json()


class Page:
    """A chat page that applies what it hears, and nothing else."""

    def __init__(self, chat: Chat, socket: Socket) -> None:
        self.chat = chat
        self.client = customer_of(chat)
        self.is_open = True
        self._socket = socket
        self._view: Json = socket.welcome["contact"]
        self._lines = {line["seq"]: line for line in socket.welcome["messages"]}

    def listen(self) -> None:
        if not self.is_open:
            return
        if Contact.objects.get(pk=self.chat.id).is_ended:
            while "close" not in (frame := self._socket.read()):
                self._apply(frame)
            assert frame == {"close": 4409}
            self.is_open = False
            return
        for frame in self._socket.heard():
            self._apply(frame)

    def _apply(self, frame: Json) -> None:
        match frame["type"]:
            case "contact":
                self._view = newer(frame["contact"], self._view)
            case "message":
                line = frame["message"]
                assert line["contact"] == str(self.chat.id)
                self._lines[line["seq"]] = line
            case _:
                assert frame["contact"] == str(self.chat.id)

    def is_up_to_date(self) -> None:
        lines = steps.lines_of(self.chat)
        assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
        assert self._lines == {line["seq"]: line for line in lines}
        fresh = self.client.get(for_customers(self.chat)).json()
        assert without_lines(self._view) == without_lines(fresh)


def without_lines(view: Json) -> Json:
    """Return a customer's view but for the lines, which come without one."""
    changes = view["version"] - view["last_seq"]
    return view | {"version": changes, "last_seq": None}


class Centre:
    """Two agents, a supervisor and some customers, who do things at random."""

    def __init__(
        self,
        stack: ExitStack,
        *,
        agents: list[Agent],
        supervisor: Agent,
        entry_point: EntryPoint,
        queues: list[Queue],
        seed: int,
        later: Later,
    ) -> None:
        self._stack = stack
        self._entry_point = entry_point
        self._queues = queues
        self._random = random.Random(seed)
        self._later = later
        self._supervisor = client_for(supervisor)
        self.desks = [
            Desk(agent, stack.enter_context(sockets.desk_of(agent)), self._random)
            for agent in agents
        ]
        self.pages: list[Page] = []
        self.story: list[str] = []

    def step(self) -> None:
        """Let somebody do something; it may be refused, but it may not fail."""
        action = self._random.choice(self._actions())
        self.story.append(action.__name__)
        action()
        self._sweep()
        for desk in self.desks:
            desk.listen()
        for page in self.pages:
            page.listen()

    def is_up_to_date(self) -> None:
        for desk in self.desks:
            desk.is_up_to_date()
        for page in self.pages:
            page.is_up_to_date()

    def _sweep(self) -> None:
        now = clock.now()
        for job in (
            jobs.expire_offers,
            jobs.route_waiting,
            jobs.send_cards,
            jobs.send_positions,
        ):
            job(now)

    def _actions(self) -> list[Callable[[], None]]:
        return [
            self._open,
            self._open,
            self._customer_says,
            self._customer_leaves,
            self._agent_says,
            self._agent_chooses,
            *[self._agent_acts] * 8,
            self._agent_transfers,
            self._agent_consults,
            self._agent_renames,
            self._somebody_reads,
            self._supervisor_steps_in,
            self._time_passes,
        ]

    # --- what people do -------------------------------------------------------
    def _open(self) -> None:
        if sum(page.is_open for page in self.pages) < 4:
            name = f"Customer {len(self.pages)}"
            chat = steps.open_chat(self._entry_point, customer={"name": name})
            socket = self._stack.enter_context(sockets.page_of(chat))
            self.pages.append(Page(chat, socket))

    def _customer_says(self) -> None:
        if page := self._page():
            body = {"client_id": self._word(), "text": "Hello"}
            self._do(page.client, for_customers(page.chat, "messages"), body)

    def _customer_leaves(self) -> None:
        page = self._page()
        if page and self._random.random() < 0.5:
            self._do(page.client, for_customers(page.chat, "leave"))

    def _agent_says(self) -> None:
        if page := self._page():
            body = {"client_id": self._word(), "text": "Hi"}
            self._do(self._desk().client, for_agents(page.chat, "messages"), body)

    def _agent_chooses(self) -> None:
        state = self._random.choice(["available", "available", "available", "idle"])
        client = self._desk().client
        response = client.put(f"{API}/me/state/", {"state": state}, format="json")
        assert response.status_code == 200

    def _agent_acts(self) -> None:
        """Press one of the controls that a card shows."""
        desk = self._desk()
        card = self._one(steps.cards_of(desk.agent))
        if card is None:
            return
        control = self._one(card["controls"])
        path = f"{API}/contacts/{card['contact']}"
        if control in {"accept", "decline", "end"}:
            self._do(desk.client, f"{path}/{control}/")
        elif control == "wrap_up":
            codes = desk.client.get(f"{path}/wrapup-codes/").json()
            body = {"wrapup_code": codes[0]["id"]}
            self._do(desk.client, f"{path}/wrap-up/", body)
        elif control and control.startswith("conference_"):
            command = control.removeprefix("conference_")
            self._do(desk.client, f"{path}/conference/{command}/")

    def _agent_transfers(self) -> None:
        page = self._page()
        if page is None:
            return
        if self._random.random() < 0.5:
            target = {"destination_type": "queue", "to": self._one(self._queues).pk}
        else:
            target = {"destination_type": "agent", "to": self._desk().agent.pk}
        self._do(self._desk().client, for_agents(page.chat, "transfer"), target)

    def _agent_consults(self) -> None:
        if page := self._page():
            body = {"agent": self._desk().agent.pk}
            self._do(self._desk().client, for_agents(page.chat, "conference"), body)

    def _agent_renames(self) -> None:
        if page := self._page():
            url = for_agents(page.chat, "customer")
            client = self._desk().client
            response = client.patch(url, {"name": self._word()}, format="json")
            assert response.status_code < 500, response.content

    def _somebody_reads(self) -> None:
        if page := self._page():
            body = {"seq": 1 + self._random.randrange(5)}
            self._do(self._desk().client, for_agents(page.chat, "read"), body)

    def _supervisor_steps_in(self) -> None:
        if page := self._page():
            command = self._random.choice(["requeue", "requeue", "close"])
            url = for_agents(page.chat, command)
            self._do(self._supervisor, url, {"reason": "stuck"})

    def _time_passes(self) -> None:
        self._later(seconds=self._random.choice([1, 10, 31, 36, 61]))

    # --- by chance --------------------------------------------------------------
    def _desk(self) -> Desk:
        return self._random.choice(self.desks)

    def _page(self) -> Page | None:
        page: Page | None = self._one([page for page in self.pages if page.is_open])
        return page

    def _one(self, choices: list[Any]) -> Any:
        return self._random.choice(choices) if choices else None

    def _word(self) -> str:
        return f"word {self._random.randrange(10**9)}"

    @staticmethod
    def _do(client: APIClient, url: str, body: Json | None = None) -> None:
        response = client.post(url, body or {}, format="json")
        assert response.status_code < 500, response.content


@pytest.fixture
def sales(acme: Organisation, front_line: Team) -> Queue:
    return QueueFactory.create(organisation=acme, name="Sales", teams=[front_line])


@pytest.fixture
def open_sockets() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (2, 3))]
)
def test_state_and_events_are_state_fetched_afresh(
    acme: Organisation,
    alice: Agent,
    bob: Agent,
    sam: Agent,
    direct: EntryPoint,
    sales: Queue,
    later: Later,
    open_sockets: ExitStack,
    seed: int,
) -> None:
    acme.transfer_no_answer = ["end", "requeue"][seed % 2]
    acme.save(update_fields=["transfer_no_answer"])
    centre = Centre(
        open_sockets,
        agents=[alice, bob],
        supervisor=sam,
        entry_point=direct,
        queues=[direct.queue, sales],
        seed=seed,
        later=later,
    )

    for _ in range(STEPS):
        centre.step()

        try:
            centre.is_up_to_date()
        except AssertionError as error:
            error.add_note(f"after {', '.join(centre.story)}")
            raise
