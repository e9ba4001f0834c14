"""One row that cannot be handled stops no other, whatever the timer (E23)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection, transaction

from agents.services import states
from contacts import events, jobs
from contacts.models import Assignment
from contacts.serializers import contacts as views
from contacts.serializers.cards import CardSerializer
from contacts.services import router
from core import redis, set_aside
from tests import sockets, steps
from tests.contacts.floor import shares_of, state_of
from tests.steps import API, client_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import Model

    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.steps import Chat

SPOIL = {
    "postgresql": "CREATE FUNCTION spoilt() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'spoilt'; END $$;"
    " CREATE TRIGGER spoilt BEFORE UPDATE ON {table} FOR EACH ROW"
    " WHEN (OLD.id = '{key}') EXECUTE FUNCTION spoilt()",
    "sqlite": "CREATE TRIGGER spoilt BEFORE UPDATE ON {table}"
    " WHEN OLD.id = '{key}' BEGIN SELECT RAISE(ABORT, 'spoilt'); END",
}
MEND = {
    "postgresql": "DROP FUNCTION IF EXISTS spoilt CASCADE",
    "sqlite": "DROP TRIGGER IF EXISTS spoilt",
}


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def mend() -> None:
    execute(MEND[connection.vendor])


@pytest.fixture
def spoil(clockwork: Clockwork, db: None) -> Iterator[Callable[[Model], None]]:
    """Give what spoils a row: the database refuses to change it."""

    def spoil(row: Model) -> None:
        is_hex = isinstance(row.pk, UUID) and connection.vendor == "sqlite"
        key = row.pk.hex if is_hex else row.pk
        table = type(row)._meta.db_table
        execute(SPOIL[connection.vendor].format(table=table, key=key))

    yield spoil
    mend()


def share_of(chat: Chat) -> Assignment:
    return Assignment.objects.get(contact=chat.id)


# --- offers ---------------------------------------------------------------------------
def test_an_offer_that_cannot_be_expired_stops_no_other(
    alice: Agent,
    bob: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    spoil: Callable[[Model], None],
) -> None:
    broken = steps.offered(alice, direct)
    passed = steps.offered(bob, direct)
    spoil(share_of(broken))

    clockwork.passes(seconds=35)

    assert (state_of(alice), state_of(bob)) == ("available", "rona")
    assert shares_of(broken) == [("Alice", "offered")]
    assert shares_of(passed)[0] == ("Bob", "rona")
    assert set_aside.counts(clockwork.now) == {"expire_offers": 1}


def test_it_passes_by_itself_once_it_can(
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    spoil: Callable[[Model], None],
) -> None:
    chat = steps.offered(alice, direct)
    spoil(share_of(chat))
    clockwork.passes(seconds=35)
    mend()

    clockwork.passes(seconds=59)
    assert shares_of(chat) == [("Alice", "offered")]
    clockwork.passes(seconds=1)

    assert shares_of(chat) == [("Alice", "rona")]
    assert set_aside.counts(clockwork.now) == {}


def test_a_card_that_cannot_be_taken_back_stops_no_other(
    alice: Agent,
    bob: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    spoil: Callable[[Model], None],
) -> None:
    chats = [steps.offered(alice, direct), steps.offered(bob, direct)]
    spoil(share_of(chats[0]))
    with transaction.atomic():
        states.send_to_rona(agent_ids=[alice.pk, bob.pk], now=clockwork.now)

    clockwork.sweeps()

    assert [shares_of(chat)[0][1] for chat in chats] == ["offered", "withdrawn"]


# --- contacts -------------------------------------------------------------------------
def test_a_wait_that_cannot_end_stops_no_other(
    support: Queue,
    direct: EntryPoint,
    clockwork: Clockwork,
    spoil: Callable[[Model], None],
) -> None:
    support.max_time_in_queue = 60
    support.save(update_fields=["max_time_in_queue"])
    chats = [steps.open_chat(direct) for _ in range(3)]
    spoil(chats[0].contact)

    clockwork.passes(seconds=60)

    assert states_of(chats) == ["queued", "ended", "ended"]


def states_of(chats: list[Chat]) -> list[str]:
    return [chat.contact.state for chat in chats]


def test_a_chat_that_cannot_be_ended_for_silence_stops_no_other(
    acme: Organisation,
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    spoil: Callable[[Model], None],
) -> None:
    acme.customer_inactivity_seconds = 300
    acme.save(update_fields=["customer_inactivity_seconds"])
    chats = [steps.connected(alice, direct) for _ in range(3)]
    spoil(chats[0].contact)

    clockwork.passes(seconds=300)

    assert states_of(chats) == ["connected", "ended", "ended"]


def test_a_customer_who_cannot_be_lost_stops_no_other(
    direct: EntryPoint, clockwork: Clockwork, spoil: Callable[[Model], None]
) -> None:
    chats = [steps.open_chat(direct) for _ in range(3)]
    for chat in chats:
        with sockets.page_of(chat):
            pass
    spoil(chats[0].contact)

    clockwork.runs(seconds=600)

    assert states_of(chats) == ["queued", "ended", "ended"]


def test_an_organisation_that_cannot_be_routed_stops_no_other(
    alice: Agent,
    gina: Agent,
    direct: EntryPoint,
    help_entry: EntryPoint,
    clockwork: Clockwork,
    spoil: Callable[[Model], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, theirs = steps.open_chat(direct), steps.open_chat(help_entry)
    spoil(ours.contact)
    with monkeypatch.context() as crash:
        crash.setattr(router, "route_soon", lambda organisation_id: None)
        steps.go_available(alice)
        steps.go_available(gina)

    clockwork.sweeps()

    assert states_of([ours, theirs]) == ["queued", "offered"]
    assert set_aside.counts(clockwork.now) == {"route_waiting": 1}


# --- people ---------------------------------------------------------------------------
def test_an_agent_who_cannot_be_lost_stops_no_other(
    alice: Agent, bob: Agent, clockwork: Clockwork, spoil: Callable[[Model], None]
) -> None:
    steps.go_available(alice)
    steps.go_available(bob)
    spoil(alice)

    clockwork.runs(seconds=120)

    assert (state_of(alice), state_of(bob)) == ("available", "offline")


def test_a_share_that_cannot_be_given_up_stops_no_other(
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    spoil: Callable[[Model], None],
) -> None:
    chats = [steps.connected(alice, direct) for _ in range(3)]
    spoil(share_of(chats[0]))

    clockwork.runs(seconds=120)

    assert state_of(alice) == "offline"
    assert states_of(chats) == ["connected", "queued", "queued"]


def test_an_agent_who_cannot_be_signed_out_stops_no_other(
    acme: Organisation,
    alice: Agent,
    bob: Agent,
    clockwork: Clockwork,
    spoil: Callable[[Model], None],
) -> None:
    acme.desk_inactivity_seconds = 60
    acme.save(update_fields=["desk_inactivity_seconds"])
    steps.go_available(alice)
    steps.go_available(bob)
    spoil(alice)

    clockwork.passes(seconds=60)

    assert (state_of(alice), state_of(bob)) == ("available", "offline")


def test_a_wrap_up_that_cannot_be_completed_stops_no_other(
    acme: Organisation,
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    spoil: Callable[[Model], None],
) -> None:
    acme.auto_wrapup_seconds = 60
    acme.save(update_fields=["auto_wrapup_seconds"])
    chats = [steps.in_wrap_up(alice, direct) for _ in range(3)]
    spoil(share_of(chats[0]))

    clockwork.passes(seconds=60)

    assert [shares_of(chat)[0][1] for chat in chats] == [
        *("wrapup", "completed", "completed"),
    ]


# --- frames ---------------------------------------------------------------------------
def test_a_card_that_cannot_be_shown_loses_no_other(
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chats = [steps.connected(alice, direct) for _ in range(3)]
    with monkeypatch.context() as fault, sockets.desk_of(alice) as desk:
        broken = str(chats[1].id)
        fails_for(broken, CardSerializer, "to_representation", fault)
        for chat in chats:
            steps.say(chat, "Hello")
        redis.client().sadd(redis.key(events.CARDS_DUE), "no contact's id")
        desk.heard()
        clockwork.sweeps()
        shown = cards_in(desk)
        sockets.errors.records.clear()

    assert shown == {str(chat.id) for chat in chats} - {broken}
    assert set_aside.counts(clockwork.now) == {"send_cards": 2}

    # It is not forgotten: it is shown once that can be done.
    with sockets.desk_of(alice) as desk:
        clockwork.passes(seconds=60)
        assert cards_in(desk) == {broken}
        sockets.errors.records.clear()


def fails_for(
    contact_id: str, module: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Break what makes the shape of this contact."""
    works = getattr(module, name)

    def fails(*values: Any) -> Any:
        shape = works(*values)
        assert contact_id not in {shape.get("contact"), shape.get("id")}, "a fault"
        return shape

    monkeypatch.setattr(module, name, fails)


def test_a_card_that_cannot_be_shown_hides_no_other_of_the_same_change(
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chats = []
    for _ in range(3):
        chats.append(steps.open_chat(direct))
        clockwork.moves(seconds=1)
    broken = str(chats[1].id)

    with sockets.desk_of(alice) as desk:
        fails_for(broken, CardSerializer, "to_representation", monkeypatch)
        steps.go_available(alice)
        shown = cards_in(desk)
        sockets.errors.records.clear()

    assert shown == {str(chat.id) for chat in chats} - {broken}


def cards_in(desk: sockets.Socket) -> set[str]:
    frames = desk.heard()
    return {frame["card"]["contact"] for frame in frames if frame["type"] == "card"}


@pytest.mark.postgresql
def test_cards_are_not_lost_while_the_database_is_away(
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chat = steps.connected(alice, direct)
    clockwork.sweeps()
    steps.say(chat, "Hello")

    def is_away(contact_ids: object) -> None:
        connection.close()
        raise OperationalError("the connection is lost")

    with monkeypatch.context() as fault:
        fault.setattr(events, "cards", is_away)
        clockwork.sweeps()

    with sockets.desk_of(alice) as desk:
        clockwork.passes(seconds=1)
        assert cards_in(desk) == {str(chat.id)}


def test_a_place_that_cannot_be_told_is_told_to_all_others(
    direct: EntryPoint,
    support: Queue,
    clockwork: Clockwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chats = []
    for _ in range(3):
        chats.append(steps.open_chat(direct))
        clockwork.moves(seconds=1)
    with sockets.page_of(chats[2]) as page:
        fails_for(str(chats[1].id), views, "_customer_json", monkeypatch)
        steps.leave(chats[0])
        page.heard()

        clockwork.sweeps()

        frames = page.heard()
        sockets.errors.records.clear()
    places = [frame["contact"]["queue_position"] for frame in frames]
    assert places == [2]
    assert set_aside.counts(clockwork.now) == {"send_positions": 1}


# --- without the sweep ----------------------------------------------------------------
def test_a_timer_alone_sets_aside_too(
    alice: Agent,
    bob: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    spoil: Callable[[Model], None],
) -> None:
    broken = steps.offered(alice, direct)
    steps.offered(bob, direct)
    spoil(share_of(broken))
    clockwork.moves(seconds=35)

    assert jobs.expire_offers(clockwork.now) == 1

    assert client_for(alice).get(f"{API}/me/").json()["state"] == "available"
    assert set_aside.counts(clockwork.now) == {"expire_offers": 1}
