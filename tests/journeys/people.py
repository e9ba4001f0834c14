"""Everything that people can do on a small floor, each with a throw of dice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from agents import addresses
from agents.models import Agent, BlendingMode, Role
from agents.services import presence
from contacts.models import Assignment, AssignmentState, Contact, WatchMode
from contacts.services import (
    availability,
    conferences,
    conversation,
    ending,
    help_requests,
    offers,
    opening,
    transfers,
)
from contacts.services.customers import Person
from contacts.services.drafts import CUSTOMER, agent_sender
from core.errors import DomainError
from queues.models import DistributionGroup, Queue
from supervision.access import owner_of
from supervision.services import joining, people, stuck, watching
from tests.cast import organisation, person
from tests.factories import (
    EntryPointFactory,
    MultimediaProfileFactory,
    QueueFactory,
    TeamFactory,
)
from tests.journeys import invariants
from wrapup.services import wrapups

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from agents.models import Organisation
    from contacts.services.drafts import Sender
    from tests.clockwork import Clockwork

MOMENT = timedelta(milliseconds=10)  # between two commands
QUEUES = ("Support", "Sales")
PROFILES: dict[str, dict[str, Any]] = {
    "Alice": {"chat": 2},
    "Bob": {"chat": 1, "voice": 1, "blending_mode": BlendingMode.BLENDED_REALTIME},
    "Carol": {"chat": 1, "email": 1, "blending_mode": BlendingMode.EXCLUSIVE},
    "Dave": {"chat": 1, "voice": 1, "email": 2},
}
OFFERED, CONNECTED = AssignmentState.OFFERED, AssignmentState.CONNECTED
WRAPUP = AssignmentState.WRAPUP


@dataclass(frozen=True)
class Dice:
    """Who and what a command is about."""

    pick: int  # the n-th of the contacts or shares there are
    name: str  # of an agent
    queue: str


class People:
    """Agents, customers and a supervisor, on the clock of a test."""

    def __init__(self, clockwork: Clockwork) -> None:
        self.clockwork = clockwork
        self.acme = _centre()
        self.agents = {each.display_name: each for each in self.acme.agents.all()}
        self.ada = person("Ada", self.acme)
        self.sam = _supervisor(self.acme)
        self.code = self.acme.wrapup_codes.get(is_default=True)
        self._sockets: list[tuple[UUID, str]] = []
        for name in PROFILES:
            self.go_available(Dice(0, name, ""))

    @property
    def now(self) -> datetime:
        return self.clockwork.now

    def choose(self, **settings: object) -> None:
        """Let the organisation have these settings from now on."""
        type(self.acme).objects.filter(pk=self.acme.pk).update(**settings)

    # --- customers --------------------------------------------------------------------
    def open_chat(self, dice: Dice) -> None:
        entry_point = self.acme.entry_points.get(key=dice.queue.lower())
        self._try(
            lambda: opening.open_contact(
                entry_point=entry_point, person=Person(), now=self.now
            )
        )

    def open_other(self, dice: Dice) -> None:
        self._try(
            lambda: opening.open_other(
                organisation_id=self.acme.pk,
                channel=("voice", "email", "social")[dice.pick % 3],
                queue_id=self._queue(dice),
                customer=Person(),
                now=self.now,
            )
        )

    def customer_says(self, dice: Dice) -> None:
        for contact in self._contact(dice):
            self._say(contact, CUSTOMER)

    def customer_leaves(self, dice: Dice) -> None:
        self._with_contact(
            dice, lambda contact: ending.leave(contact_id=contact.pk, now=self.now)
        )

    def customer_opens_a_page(self, dice: Dice) -> None:
        for contact in self._contact(dice):
            self._connect(addresses.of_customer(contact.pk))

    # --- agents -----------------------------------------------------------------------
    def go_available(self, dice: Dice) -> None:
        self._choose(dice, "available")

    def everybody_is_back(self, dice: Dice) -> None:
        for name in PROFILES:
            self.go_available(Dice(dice.pick, name, dice.queue))

    def go_idle(self, dice: Dice) -> None:
        self._choose(dice, "idle")

    def _choose(self, dice: Dice, state: str) -> None:
        agent = self.agents[dice.name]
        presence.touch(address=agent.address, now=self.now, acted=True)
        self._try(
            lambda: availability.set_state(agent=agent, state=state, now=self.now)
        )

    def sign_out(self, dice: Dice) -> None:
        agent = self.agents[dice.name]
        self._try(lambda: availability.sign_out(agent=agent, now=self.now))

    def open_a_desk(self, dice: Dice) -> None:
        agent = self.agents[dice.name]
        self._connect(agent.address)
        self._try(lambda: availability.sign_in(agent_id=agent.pk, now=self.now))

    def close_a_socket(self, dice: Dice) -> None:
        if self._sockets:
            socket_id, address = self._sockets.pop(dice.pick % len(self._sockets))
            presence.close_sockets(sockets={socket_id: address}, now=self.now)

    def accept(self, dice: Dice) -> None:
        self._with_share(dice, offers.accept, OFFERED)

    def decline(self, dice: Dice) -> None:
        self._with_share(dice, offers.decline, OFFERED)

    def end(self, dice: Dice) -> None:
        self._with_share(dice, ending.end, CONNECTED)

    def wrap_up(self, dice: Dice) -> None:
        self._with_share(dice, wrapups.complete, WRAPUP, wrapup_code_id=self.code.pk)

    def agent_says(self, dice: Dice) -> None:
        for share in self._share(dice, *AssignmentState):
            self._say(share.contact, agent_sender(share.agent))

    def do_what_does_not_fit(self, dice: Dice) -> None:
        """Give any command for any share."""
        commands: list[Callable[..., object]] = [
            *(offers.accept, offers.decline, ending.end, conferences.cancel),
            *(conferences.drop, conferences.exit_, conferences.end),
        ]
        command = commands[dice.pick % len(commands)]
        self._with_share(dice, command, *AssignmentState)

    # --- colleagues -------------------------------------------------------------------
    def transfer_to_agent(self, dice: Dice) -> None:
        agent_id = self.agents[dice.name].pk
        self._with_share(dice, transfers.to_agent, CONNECTED, agent_id=agent_id)

    def transfer_to_queue(self, dice: Dice) -> None:
        queue_id = self._queue(dice)
        self._with_share(dice, transfers.to_queue, CONNECTED, queue_id=queue_id)

    def ask_a_colleague(self, dice: Dice) -> None:
        agent_id = self.agents[dice.name].pk
        self._with_share(dice, conferences.invite, CONNECTED, agent_id=agent_id)

    def cancel(self, dice: Dice) -> None:
        self._with_share(dice, conferences.cancel, CONNECTED)

    def drop(self, dice: Dice) -> None:
        self._with_share(dice, conferences.drop, CONNECTED)

    def exit_(self, dice: Dice) -> None:
        self._with_share(dice, conferences.exit_, CONNECTED)

    def end_conference(self, dice: Dice) -> None:
        self._with_share(dice, conferences.end, CONNECTED)

    # --- a supervisor -----------------------------------------------------------------
    def change_a_state(self, dice: Dice) -> None:
        self._try(
            lambda: people.set_state_of(
                agent=self.agents[dice.name],
                actor=self.ada,
                state=("available", "idle")[dice.pick % 2],
                reason="Because",
                now=self.now,
            )
        )

    def requeue(self, dice: Dice) -> None:
        queue_id = self._queue(dice) if dice.pick % 2 else None
        self._with_contact(
            dice,
            lambda contact: stuck.requeue(
                contact_id=contact.pk,
                actor=self.ada,
                reason="Stuck",
                queue_id=queue_id,
                now=self.now,
            ),
        )

    def close(self, dice: Dice) -> None:
        self._with_contact(
            dice,
            lambda contact: stuck.close(
                contact_id=contact.pk, actor=self.ada, reason="Stuck", now=self.now
            ),
        )

    def watch(self, dice: Dice) -> None:
        mode = list(WatchMode)[dice.pick % 2]
        self._with_contact(
            dice,
            lambda contact: watching.watch(
                contact_id=contact.pk, actor=self.sam, mode=mode, now=self.now
            ),
        )

    def stop_watching(self, dice: Dice) -> None:
        self._with_contact(
            dice,
            lambda contact: watching.stop(
                contact_id=contact.pk, actor=self.sam, now=self.now
            ),
        )

    def whisper(self, dice: Dice) -> None:
        self._with_contact(
            dice,
            lambda contact: watching.whisper(
                contact_id=contact.pk,
                actor=self.sam,
                client_id=uuid4().hex,
                text="Hello",
                now=self.now,
            ),
        )

    def barge_in(self, dice: Dice) -> None:
        self._with_contact(
            dice,
            lambda contact: joining.barge(
                contact_id=contact.pk, actor=self.sam, now=self.now
            ),
        )

    def take_over(self, dice: Dice) -> None:
        self._with_contact(
            dice,
            lambda contact: joining.take_over(
                contact_id=contact.pk,
                actor=self.sam,
                owner_id=owner_of(contact),
                reason="Because",
                now=self.now,
            ),
        )

    def the_supervisor_comes_and_goes(self, dice: Dice) -> None:
        if dice.pick % 2:
            self._connect(self.sam.address)
        else:
            self._try(lambda: availability.sign_out(agent=self.sam, now=self.now))

    def ask_for_help(self, dice: Dice) -> None:
        self._with_share(dice, help_requests.ask, *AssignmentState, text="Help")

    # --- time -------------------------------------------------------------------------
    def time_passes(self, dice: Dice) -> None:
        seconds = (0.1, 1, 1, 5, 10, 10, 21, 35, 61, 201)[dice.pick % 10]
        self.clockwork.passes(seconds=seconds)
        invariants.check_after_a_sweep(self.now)

    def an_outage_ends(self, dice: Dice) -> None:
        self.clockwork.passes(seconds=3600)
        invariants.check_after_a_sweep(self.now)

    def time_passes_without_a_sweep(self, dice: Dice) -> None:
        self.clockwork.moves(seconds=(1, 29, 35, 61)[dice.pick % 4])

    def time_passes_steadily(self, dice: Dice) -> None:
        self.clockwork.runs(seconds=(70, 130)[dice.pick % 2])
        invariants.check_after_a_sweep(self.now)

    # --- how commands are given -------------------------------------------------------
    def _try(self, command: Callable[[], object]) -> None:
        """Give a command; where it is refused, nothing has happened."""
        self.clockwork.now += MOMENT
        before = invariants.snapshot()
        try:
            command()
        except DomainError:
            assert invariants.snapshot() == before

    def _with_share(
        self,
        dice: Dice,
        command: Callable[..., object],
        *states: AssignmentState,
        **values: object,
    ) -> None:
        for share in self._share(dice, *states):
            given = {"share": share, **values}
            self._try(lambda: command(now=self.now, **given))  # noqa: B023 - at once

    def _with_contact(self, dice: Dice, command: Callable[[Contact], object]) -> None:
        for contact in self._contact(dice):
            self._try(lambda: command(contact))  # noqa: B023 - at once

    def _share(self, dice: Dice, *states: AssignmentState) -> list[Assignment]:
        """Return one of the shares in these states, whoever's it is."""
        rows = Assignment.objects.filter(state__in=states).order_by("pk")
        shares = list(rows.select_related("agent", "contact__customer"))
        return [shares[dice.pick % len(shares)]] if shares else []

    def _contact(self, dice: Dice) -> list[Contact]:
        """Return one of the contacts, of the open ones twice as likely."""
        contacts = list(Contact.objects.select_related("customer").order_by("pk"))
        open_ones = [contact for contact in contacts if not contact.is_ended]
        choice = contacts + open_ones + open_ones
        return [choice[dice.pick % len(choice)]] if choice else []

    def _queue(self, dice: Dice) -> int:
        return self.acme.queues.get(name=dice.queue).pk

    def _say(self, contact: Contact, sender: Sender) -> None:
        self._try(
            lambda: conversation.send_message(
                contact_id=contact.pk,
                sender=sender,
                client_id=uuid4().hex,
                text="Hello",
                now=self.now,
            )
        )

    def _connect(self, address: str) -> None:
        socket_id = uuid4()
        self._sockets.append((socket_id, address))
        presence.open_sockets(
            sockets={socket_id: address}, process=uuid4(), now=self.now
        )


COMMANDS: dict[str, int] = {
    # The work of every day more often than the rest.
    **dict.fromkeys(["open_chat", "accept"], 9),
    **dict.fromkeys(["time_passes"], 5),
    **dict.fromkeys(["end", "wrap_up", "everybody_is_back", "ask_a_colleague"], 3),
    **dict.fromkeys(["transfer_to_agent", "transfer_to_queue", "customer_leaves"], 2),
    **dict.fromkeys(["open_other", "customer_says", "customer_opens_a_page"], 1),
    **dict.fromkeys(["go_available"], 1),
    **dict.fromkeys(["go_idle", "sign_out", "open_a_desk", "close_a_socket"], 1),
    **dict.fromkeys(["decline", "agent_says", "do_what_does_not_fit"], 1),
    **dict.fromkeys(["cancel", "drop", "exit_", "end_conference"], 1),
    **dict.fromkeys(["watch"], 3),
    **dict.fromkeys(["barge_in", "take_over", "whisper", "stop_watching"], 1),
    **dict.fromkeys(["the_supervisor_comes_and_goes", "ask_for_help"], 1),
    **dict.fromkeys(["change_a_state", "requeue", "close", "an_outage_ends"], 1),
    **dict.fromkeys(["time_passes_without_a_sweep", "time_passes_steadily"], 1),
}


def _centre() -> Organisation:
    """Return Acme with two teams, two queues, four agents, and every timer on."""
    acme = organisation("Acme")
    acme.auto_wrapup_seconds = 60
    acme.customer_inactivity_seconds = 300
    acme.desk_inactivity_seconds = 600
    acme.save()
    for name in ("Front", "Back"):
        TeamFactory.create(organisation=acme, name=name)
    sales = _queue(acme, "Sales", Front=0)
    support = _queue(acme, "Support", Front=0, Back=20)
    support.max_time_in_queue = 200
    support.overflow_queue = sales
    support.save()
    for name in PROFILES:
        teams = list(acme.teams.filter(name__in=("Front", "Back")[: 1 + (name > "B")]))
        _agent(acme, name, teams)
    return acme


def _queue(acme: Organisation, name: str, **groups: int) -> Queue:
    queue = QueueFactory.create(organisation=acme, name=name)
    EntryPointFactory.create(organisation=acme, key=name.lower(), queue=queue)
    for team, seconds in groups.items():
        DistributionGroup.objects.create(
            queue=queue, team=acme.teams.get(name=team), after_seconds=seconds
        )
    return queue


def _agent(acme: Organisation, name: str, teams: list[Any]) -> Agent:
    agent = person(name, acme, teams=teams)
    agent.multimedia_profile = MultimediaProfileFactory.create(
        organisation=acme, **({"chat": 0} | PROFILES[name])
    )
    agent.save(update_fields=["multimedia_profile"])
    return agent


def _supervisor(acme: Organisation) -> Agent:
    """Return who oversees both teams, and comes where there is no free slot."""
    teams = list(acme.teams.all())
    return person("Sam", acme, role=Role.SUPERVISOR, teams=teams)
