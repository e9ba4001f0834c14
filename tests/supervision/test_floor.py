"""The floor over REST: queues, agents, who asks for help (contract 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts.models import HelpRequest, Watch
from core import clock
from tests import steps
from tests.contacts.floor import can_take, open_other
from tests.factories import (
    HoursFactory,
)
from tests.steps import Chat

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.steps import Json

from tests.supervision.looking import floor_for, names, queue_for


def agent_for(viewer: Agent, agent: Agent) -> Json:
    [found] = [row for row in floor_for(viewer)["agents"] if row["id"] == agent.pk]
    return dict(found)


# --- queues -------------------------------------------------------------------------
def test_a_queue_counts_its_contacts(
    clockwork: Clockwork, sam: Agent, alice: Agent, direct: EntryPoint, support: Queue
) -> None:
    steps.in_wrap_up(alice, direct)
    steps.connected(alice, direct)
    steps.offered(alice, direct)
    clockwork.moves(seconds=5)
    steps.open_chat(direct)
    clockwork.moves(seconds=4)

    row = queue_for(sam, support)

    states = ("waiting", "ringing", "connected", "wrapup")
    assert [row[state] for state in states] == [1, 1, 1, 1]
    assert row["longest_wait_seconds"] == 9
    assert row["open"] is True
    assert row["last_30m"]["offered"] == row["today"]["offered"] == 4


def test_nobody_waits(sam: Agent, support: Queue) -> None:
    row = queue_for(sam, support)

    assert (row["waiting"], row["longest_wait_seconds"]) == (0, None)
    assert row["today"]["service_level"] is None


def test_a_transfer_to_an_agent_is_no_wait(
    clockwork: Clockwork,
    sam: Agent,
    alice: Agent,
    bob: Agent,
    direct: EntryPoint,
    support: Queue,
) -> None:
    chat = steps.connected(alice, direct)
    steps.go_available(bob)
    clockwork.moves(seconds=600)
    steps.transfer(alice, chat, to=bob)

    row = queue_for(sam, support)

    assert (row["ringing"], row["longest_wait_seconds"]) == (1, None)


def test_agents_of_a_queue_by_what_they_can_take(
    sam: Agent,
    alice: Agent,
    bob: Agent,
    carol: Agent,
    direct: EntryPoint,
    support: Queue,
) -> None:
    can_take(alice, chat=1, email=3)
    steps.connected(alice, direct)
    steps.go_idle(bob)
    steps.go_available(carol)

    row = queue_for(sam, support)

    assert row["agents"] == {
        "available": 1,
        "full": 1,  # Alice has room for mails, but for no chat
        "idle": 1,
        "rona": 0,
        "offline": 1,
    }


def test_whoever_takes_no_chats_is_full_by_what_they_take(
    sam: Agent, ada: Agent, alice: Agent, support: Queue
) -> None:
    can_take(alice, email=1)
    steps.go_available(alice)
    assert queue_for(sam, support)["agents"]["available"] == 1

    open_other(ada, "email", support)

    assert queue_for(sam, support)["agents"]["full"] == 1


def test_a_queue_is_open_in_its_hours(
    clockwork: Clockwork, acme: Organisation, sam: Agent, support: Queue
) -> None:
    support.hours = HoursFactory.create(organisation=acme, weekly=[])
    support.save(update_fields=["hours"])

    assert queue_for(sam, support)["open"] is False


def test_an_inactive_queue_is_there_as_long_as_it_has_contacts(
    sam: Agent, alice: Agent, direct: EntryPoint, support: Queue
) -> None:
    steps.open_chat(direct)
    support.is_active = False
    support.save(update_fields=["is_active"])
    assert queue_for(sam, support)["open"] is False

    steps.go_available(alice)
    chat = Chat(support.contacts.get().pk, "")
    steps.accept(alice, chat)
    steps.end(alice, chat)
    assert names(floor_for(sam)["queues"]) == ["Support"]  # in wrap-up
    code = support.organisation.wrapup_codes.get(is_default=True)
    steps.wrap_up(alice, chat, code)

    assert floor_for(sam)["queues"] == []


# --- agents -------------------------------------------------------------------------
def test_an_agent_with_a_contact(
    clockwork: Clockwork, sam: Agent, alice: Agent, direct: EntryPoint, support: Queue
) -> None:
    steps.go_available(alice)
    available_since = clockwork.now
    clockwork.moves(seconds=3)
    chat = steps.open_chat(direct, customer={"name": "Dora"})
    steps.say(chat, "Hello?")
    clockwork.moves(seconds=3)
    steps.accept(alice, chat)

    row = agent_for(sam, alice)

    accepted = clockwork.now.isoformat().replace("+00:00", "Z")
    customer = chat.contact.customer
    assert row == {
        "id": alice.pk,
        "display_name": "Alice",
        "role": "agent",
        "teams": [team.pk for team in alice.teams.all()],
        "state": "available",
        "idle_code": None,
        "state_since": available_since.isoformat().replace("+00:00", "Z"),
        "live": {"voice": 0, "chat": 1, "email": 0, "social": 0},
        "slots": {"voice": 0, "chat": 3, "email": 0, "social": 0},
        "contacts": [
            {
                "contact": str(chat.id),
                "customer": {"id": customer.pk, "name": "Dora"},
                "queue": {"id": support.pk, "name": "Support"},
                "state": "connected",
                "since": accepted,
                "unanswered_since": accepted,
                "watcher": None,
            }
        ],
    }


def test_an_answered_customer_waits_for_nothing(
    sam: Agent, alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)
    steps.say(chat, "Hello?")
    steps.say(alice, "Good morning", to=chat)

    [contact] = agent_for(sam, alice)["contacts"]

    assert contact["unanswered_since"] is None


def test_who_watches_is_named(sam: Agent, alice: Agent, direct: EntryPoint) -> None:
    chat = steps.connected(alice, direct)
    Watch.objects.create(
        contact=chat.contact,
        share=chat.contact.assignments.get(),
        watcher=sam,
        mode="monitor",
        started_at=clock.now(),
    )

    [contact] = agent_for(sam, alice)["contacts"]

    assert contact["watcher"] == {"id": sam.pk, "display_name": "Sam"}


def test_an_idle_agent_says_why(sam: Agent, alice: Agent) -> None:
    steps.go_idle(alice)

    row = agent_for(sam, alice)

    assert (row["state"], row["idle_code"]["name"]) == ("idle", "Break")


# --- help ---------------------------------------------------------------------------
def ask_for_help(agent: Agent, chat: Chat, text: str) -> HelpRequest:
    return HelpRequest.objects.create(
        contact=chat.contact,
        share=chat.contact.assignments.get(),
        agent=agent,
        text=text,
        asked_at=clock.now(),
    )


def test_who_asks_for_help_is_there_until_it_is_over(
    sam: Agent, alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)
    ask_for_help(alice, chat, "May I refund this?")

    [call] = floor_for(sam)["help"]
    steps.end(alice, chat)

    assert call["contact"] == str(chat.id)
    assert call["agent"] == {"id": alice.pk, "display_name": "Alice"}
    assert call["text"] == "May I refund this?"
    assert floor_for(sam)["help"] == []
