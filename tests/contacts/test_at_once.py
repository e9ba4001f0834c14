"""Two do something at the same moment: one wins, nothing is half done (E1, E2, E12).

On PostgreSQL with real threads; SQLite lets one write after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from agents.models import Agent
from contacts import jobs
from contacts.models import Assignment, Contact, ContactEvent, Customer, Message
from contacts.services import router
from core import clock
from tests import steps
from tests.factories import AgentFactory
from tests.steps import client_for, customer_of, for_agents, for_customers
from tests.together import together
from wrapup.models import WrapUp

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import MultimediaProfile, Organisation, Team
    from queues.models import EntryPoint, Queue
    from tests.steps import Chat
    from wrapup.models import WrapUpCode

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("each_round")]

ROUNDS = 3
LIVE = ["offered", "connected", "wrapup"]


@pytest.fixture(params=range(ROUNDS))
def each_round() -> None:
    """Chance decides who is first: play it more than once."""


def press(agent: Agent, chat: Chat, command: str, **body: Any) -> Callable[[], int]:
    """Return what sends a command and answers its status."""
    client, url = client_for(agent), for_agents(chat, command)

    def send() -> int:
        return int(client.post(url, body, format="json").status_code)

    return send


def leaving(chat: Chat) -> Callable[[], int]:
    client, url = customer_of(chat), for_customers(chat, "leave")
    return lambda: int(client.post(url).status_code)


def events_of(chat: Chat) -> list[str]:
    lines = steps.lines_of(chat)
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert chat.contact.last_seq == len(lines)
    return [line["event"]["code"] for line in lines if line["event"]]


def share_of(chat: Chat) -> Assignment:
    return Assignment.objects.get(contact=chat.id)


def test_two_accepts_join_once(alice: Agent, offered: Chat) -> None:
    codes = together([press(alice, offered, "accept") for _ in range(4)])

    assert codes == [200] * 4
    assert events_of(offered) == ["agent_joined"]
    assert ContactEvent.objects.filter(code="accepted").count() == 1


def test_accept_and_leave(alice: Agent, offered: Chat) -> None:
    accepted, left = together([press(alice, offered, "accept"), leaving(offered)])

    assert left == 204
    contact = offered.contact
    assert contact.state == "ended"
    if accepted == 200:
        assert events_of(offered) == ["agent_joined", "customer_left", "contact_ended"]
        assert contact.ended_reason == "customer_left"
        assert share_of(offered).state == "connected"
    else:
        assert accepted == 409
        assert events_of(offered) == ["customer_left", "contact_ended"]
        assert contact.ended_reason == "abandoned"
        assert share_of(offered).state == "withdrawn"


def test_accept_and_decline(alice: Agent, offered: Chat) -> None:
    accepted, declined = together(
        [press(alice, offered, "accept"), press(alice, offered, "decline")]
    )

    assert (accepted, declined) in {(200, 409), (409, 204)}
    state = "connected" if accepted == 200 else "queued"
    assert offered.contact.state == state
    assert len(events_of(offered)) == (1 if accepted == 200 else 0)


def test_accept_and_rona(alice: Agent, offered: Chat) -> None:
    deadline = share_of(offered).rona_at
    accept = press(alice, offered, "accept")

    def expire() -> int:
        return jobs.expire_offers(deadline)

    accepted, missed = together([accept, expire])

    alice.refresh_from_db()
    if accepted == 200:
        assert (missed, alice.state) == (0, "available")
        assert share_of(offered).state == "connected"
    else:
        assert (accepted, missed, alice.state) == (409, 1, "rona")
        assert share_of(offered).state == "rona"
        assert offered.contact.state == "queued"


def test_two_sweeps_miss_an_offer_once(alice: Agent, offered: Chat) -> None:
    deadline = share_of(offered).rona_at

    missed = together([lambda: jobs.expire_offers(deadline) for _ in range(4)])

    assert sum(missed) == 1
    assert ContactEvent.objects.filter(code="rona").count() == 1


def test_end_and_leave(alice: Agent, talking: Chat) -> None:
    ended, left = together([press(alice, talking, "end"), leaving(talking)])

    assert (ended, left) == (200, 204)
    assert events_of(talking)[1:] in (
        ["agent_left", "contact_ended"],
        ["customer_left", "contact_ended"],
    )
    assert share_of(talking).state == "wrapup"
    assert talking.contact.ended_reason in {"agent_ended", "customer_left"}


def test_two_ends_end_once(alice: Agent, talking: Chat) -> None:
    codes = together([press(alice, talking, "end") for _ in range(3)])

    assert codes == [200] * 3
    assert events_of(talking) == ["agent_joined", "agent_left", "contact_ended"]


def test_two_reasons_are_one(
    alice: Agent,
    ended: Chat,
    resolved: WrapUpCode,
    escalated: WrapUpCode,
) -> None:
    codes = together(
        [
            press(alice, ended, "wrap-up", wrapup_code=code.pk)
            for code in (resolved, escalated, resolved, escalated)
        ]
    )

    assert sorted(codes) == [204, 204, 409, 409]
    assert WrapUp.objects.count() == 1
    assert ended.contact.closed_at is not None


def test_end_and_a_message(alice: Agent, talking: Chat) -> None:
    client, url = customer_of(talking), for_customers(talking, "messages")
    body = {"client_id": "one", "text": "Wait"}

    ended, said = together(
        [
            press(alice, talking, "end"),
            lambda: int(client.post(url, body, format="json").status_code),
        ]
    )

    assert ended == 200
    lines = steps.lines_of(talking)
    assert lines[-1]["event"]["code"] == "contact_ended"
    assert said in {201, 409}
    assert (said == 201) == ("Wait" in steps.texts_of(talking))


def test_many_speak_at_once_and_every_line_has_its_place(
    alice: Agent, talking: Chat
) -> None:
    clients = [client_for(alice), customer_of(talking)] * 10
    urls = [for_agents(talking, "messages"), for_customers(talking, "messages")] * 10

    def speaker(number: int) -> Callable[[], list[int]]:
        def speak() -> list[int]:
            return [
                clients[number]
                .post(
                    urls[number],
                    {"client_id": f"{number}-{line}", "text": f"{number}: {line}"},
                    format="json",
                )
                .status_code
                for line in range(3)
            ]

        return speak

    codes = together([speaker(number) for number in range(20)])

    assert codes == [[201] * 3] * 20
    lines = steps.lines_of(talking)[1:]
    assert [line["seq"] for line in lines] == list(range(2, 62))
    # Everybody's own lines are in their order.
    for number in range(20):
        own = [
            line["client_id"]
            for line in lines
            if line["client_id"].startswith(f"{number}-")
        ]
        assert own == [f"{number}-{line}" for line in range(3)]


def test_a_message_that_is_repeated_at_once_is_stored_once(
    alice: Agent, talking: Chat
) -> None:
    for client, url in (
        (client_for(alice), for_agents(talking, "messages")),
        (customer_of(talking), for_customers(talking, "messages")),
    ):
        body = {"client_id": "one", "text": "Hello"}

        def send(client: Any = client, url: str = url) -> tuple[int, Any]:
            response = client.post(url, body, format="json")  # noqa: B023
            return response.status_code, response.json()

        answers = together([send] * 5)

        assert sorted(code for code, _ in answers) == [200] * 4 + [201]
        assert len({str(message) for _, message in answers}) == 1
    assert Message.objects.filter(kind="text").count() == 2


# --- opening and routing --------------------------------------------------------
def opening(entry_point: EntryPoint, **body: Any) -> Callable[[], int]:
    body = {"entry_point": entry_point.key, **body}

    def ask() -> int:
        client = APIClient(REMOTE_ADDR=steps.somewhere())
        return int(steps.post(client, f"{steps.API}/chat/contacts/", body).status_code)

    return ask


def test_the_last_place_in_the_line_is_taken_once(
    direct: EntryPoint, support: Queue
) -> None:
    support.max_waiting = 2
    support.save(update_fields=["max_waiting"])

    codes = together([opening(direct) for _ in range(6)])

    assert sorted(codes) == [201, 201, 409, 409, 409, 409]
    assert Contact.objects.count() == 2


def test_a_browser_that_opens_two_chats_at_once_is_one_customer(
    direct: EntryPoint,
) -> None:
    known = steps.open_chat(direct)

    codes = together([opening(direct, visitor=known.visitor) for _ in range(3)])

    assert codes == [201] * 3
    assert Customer.objects.count() == 1


def test_one_slot_and_many_routers(
    alice: Agent,
    acme: Organisation,
    direct: EntryPoint,
    chat_profile: MultimediaProfile,
) -> None:
    steps.allow_chats(1, chat_profile)
    waiting = [steps.open_chat(direct) for _ in range(4)]
    now = clock.now()
    # Nobody has routed yet.
    Agent.objects.update(state="available", available_since=now)

    made = together(
        [lambda: router.route(organisation_id=acme.pk, now=now) for _ in range(6)]
    )

    assert sum(made) == 1
    assert Assignment.objects.filter(agent=alice, state__in=LIVE).count() == 1
    states = [each.contact.state for each in waiting]
    assert states == ["offered", "queued", "queued", "queued"]


def test_many_open_while_many_become_available(
    acme: Organisation, front_line: Team, direct: EntryPoint
) -> None:
    agents = [
        AgentFactory.create(organisation=acme, teams=[front_line]) for _ in range(4)
    ]

    def available(agent: Agent) -> Callable[[], int]:
        client = client_for(agent)
        body = {"state": "available"}
        url = f"{steps.API}/me/state/"
        return lambda: int(client.put(url, body, format="json").status_code)

    codes = together(
        [*(available(agent) for agent in agents), *[opening(direct) for _ in range(8)]]
    )

    assert set(codes) == {200, 201}
    # What two transactions did not see of each other, the sweep puts right.
    jobs.route_waiting(clock.now())
    assert Assignment.objects.filter(state="offered").count() == 8
    for agent in agents:
        assert agent.assignments.filter(state__in=LIVE).count() <= 3
    assert not Contact.objects.exclude(state="offered").exists()


def test_sign_out_and_an_offer(alice: Agent, direct: EntryPoint) -> None:
    steps.go_available(alice)
    client, url = client_for(alice), f"{steps.API}/me/sign-out/"

    signed_out, opened = together(
        [lambda: int(client.post(url).status_code), opening(direct)]
    )

    alice.refresh_from_db()
    contact = Contact.objects.get()
    assert opened == 201
    if signed_out == 204:
        assert (alice.state, contact.state) == ("offline", "queued")
    else:
        assert (alice.state, contact.state) == ("available", "offered")


def test_going_idle_and_an_offer(alice: Agent, direct: EntryPoint) -> None:
    steps.go_available(alice)
    client = client_for(alice)
    url, body = f"{steps.API}/me/state/", {"state": "idle"}

    together(
        [
            lambda: int(client.put(url, body, format="json").status_code),
            opening(direct),
        ]
    )

    jobs.route_waiting(clock.now())
    alice.refresh_from_db()
    assert alice.state == "idle"
    assert Contact.objects.get().state == "queued"
    assert not Assignment.objects.filter(state="offered").exists()
