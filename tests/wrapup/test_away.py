"""A customer who is away is not gone: the agents see it, and see them come back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from contacts import jobs
from contacts.models import Contact
from tests import sockets, steps
from tests.steps import customer_of, for_customers

if TYPE_CHECKING:
    from uuid import UUID

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from tests.stage import Counted


def away_since(agent: Agent) -> datetime | None:
    [card] = steps.cards_of(agent)
    at = card["customer_away_since"]
    return at and datetime.fromisoformat(at)


def test_a_card_says_since_when_the_customer_is_away(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    with sockets.page_of(chat):
        clockwork.runs(seconds=10)
        assert away_since(alice) is None
    left_at = clockwork.now

    clockwork.runs(seconds=14)
    assert away_since(alice) is None
    with sockets.desk_of(alice) as desk:
        clockwork.runs(seconds=1)
        card = desk.read_until("card")["card"]

    assert datetime.fromisoformat(card["customer_away_since"]) == left_at
    assert card["customer_present"] is True
    assert away_since(alice) == left_at


def test_a_page_that_is_loaded_again_was_never_away(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    with sockets.page_of(chat):
        pass
    clockwork.runs(seconds=10)

    with sockets.page_of(chat), sockets.desk_of(alice) as desk:
        clockwork.runs(seconds=12)
        assert "card" not in desk.heard_kinds()

    assert away_since(alice) is None


def test_whoever_comes_back_is_there_and_goes_on(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    with sockets.page_of(chat):
        pass
    clockwork.runs(seconds=60)
    assert away_since(alice) is not None

    with sockets.desk_of(alice) as desk, sockets.page_of(chat) as page:
        clockwork.runs(seconds=1)
        card = desk.read_until("card")["card"]
        page.say(chat, "I am back")

    assert card["customer_away_since"] is None
    assert chat.contact.state == "connected"
    assert steps.texts_of(chat)[-1] == "I am back"


def test_whoever_asks_over_rest_is_back(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    with sockets.page_of(chat):
        pass
    clockwork.runs(seconds=60)
    assert away_since(alice) is not None

    customer_of(chat).get(for_customers(chat))
    clockwork.runs(seconds=1)

    assert away_since(alice) is None


def test_an_absence_is_told_once(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    with sockets.page_of(chat):
        pass
    clockwork.runs(seconds=30)
    version = chat.contact.card_version

    with sockets.desk_of(alice) as desk:
        clockwork.runs(seconds=60)
        assert "card" not in desk.heard_kinds()

    assert chat.contact.card_version == version


def test_an_offer_tells_it_too_and_the_end_ends_it(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)
    with sockets.page_of(chat):
        pass
    left_at = clockwork.now
    clockwork.runs(seconds=30)

    steps.go_available(alice)
    clockwork.sweeps()
    assert away_since(alice) == left_at
    steps.accept(alice, chat)
    steps.end(alice, chat)

    assert away_since(alice) is None


def test_nobody_is_away_for_the_time_in_which_nobody_watched(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    clockwork.sweeps()
    with sockets.page_of(chat):
        pass

    clockwork.passes(seconds=3600)

    assert away_since(alice) is None


def test_the_sweep_asks_the_same_however_many_are_away(
    direct: EntryPoint, clockwork: Clockwork, counted: Counted
) -> None:
    began = clockwork.now

    def costs() -> int:
        clockwork.moves(seconds=16)
        Contact.objects.update(customer_away_since=None)
        return counted(lambda: jobs.note_absences(clockwork.now, since=began))

    steps.open_chat(direct)
    few = costs()
    for _ in range(5):
        steps.open_chat(direct)

    assert costs() == few


def test_of_many_some_are_told_at_a_time_first_those_who_are_back(
    direct: EntryPoint, clockwork: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contacts.jobs.people.AWAY_AT_ONCE", 3)
    began = clockwork.now
    chats = []
    for _ in range(6):
        chats.append(steps.open_chat(direct))
        clockwork.moves(seconds=1)
    first, second, third, *_ = chats
    clockwork.moves(seconds=20)

    def told() -> list[UUID]:
        jobs.note_absences(clockwork.now, since=began)
        away = Contact.objects.filter(customer_away_since__isnull=False)
        return list(away.order_by("customer_away_since").values_list("pk", flat=True))

    assert told() == [first.id, second.id, third.id]
    customer_of(second).get(for_customers(second))

    assert told() == [chat.id for chat in (first, third, *chats[3:5])]
    assert told() == [chat.id for chat in (first, third, *chats[3:])]
    since = dict(Contact.objects.values_list("pk", "customer_away_since"))
    assert since[second.id] is None
    assert since[chats[5].id] == began + timedelta(seconds=5)
