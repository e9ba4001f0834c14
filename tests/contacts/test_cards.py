"""The Active Contact List (R3-R7, contract 3.4, domain 4.6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contacts import jobs
from contacts.jobs import telling
from core import clock
from tests import sockets, steps
from tests.factories import AssignmentFactory, ContactFactory, QueueFactory
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.models import Agent, Organisation, Team
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.stage import Counted
    from tests.steps import Chat

CARD = {
    "contact",
    "assignment",
    "state",
    "kind",
    "role",
    "channel",
    "customer",
    "queue",
    "customer_present",
    "customer_away_since",
    "ended_at",
    "waiting_since",
    "unanswered_since",
    "first_response_threshold",
    "returned_from",
    "handover",
    "offered_at",
    "blink_at",
    "rona_at",
    "connected_at",
    "wrapup_at",
    "wrapup_deadline",
    "conference",
    "requested_by",
    "note",
    "video",
    "watchers",
    "watch_mode",
    "owner",
    "help",
    "unread",
    "last_seq",
    "last_message",
    "version",
    "controls",
}


def test_nobody_has_a_card_at_first(alice: Agent) -> None:
    assert steps.cards_of(alice) == []


def test_a_card_of_an_offer(alice: Agent, offered: Chat, support: Queue) -> None:
    steps.say(offered, "Hello?")

    [card] = steps.cards_of(alice)

    assert card.keys() == CARD
    assert card["contact"] == str(offered.id)
    assert (card["state"], card["kind"], card["role"]) == (
        "offered",
        "routed",
        "primary",
    )
    assert card["channel"] == "chat"
    assert card["customer"] == {"id": offered.contact.customer_id, "name": "Dora"}
    assert card["queue"] == {"id": support.pk, "name": "Support"}
    assert card["customer_present"] is True
    assert card["controls"] == ["accept", "decline"]
    assert card["last_message"]["text"] == "Hello?"
    assert card["last_message"]["sender"] == steps.sender_of(offered)
    assert card["last_seq"] == 1
    assert card["first_response_threshold"] == 60
    for absent in (
        "customer_away_since",
        "ended_at",
        "unanswered_since",
        "returned_from",
        "connected_at",
        "wrapup_at",
        "wrapup_deadline",
        "conference",
        "requested_by",
        "note",
        "video",
        "watch_mode",
        "owner",
        "help",
    ):
        assert card[absent] is None
    assert card["watchers"] == []


def test_the_deadlines_are_those_of_the_organisation(
    acme: Organisation, alice: Agent, direct: EntryPoint
) -> None:
    acme.acceptance_timeout, acme.blink_duration = 40, 7
    acme.save(update_fields=["acceptance_timeout", "blink_duration"])
    steps.offered(alice, direct)

    [card] = steps.cards_of(alice)

    at = [
        datetime.fromisoformat(card[name])
        for name in ("offered_at", "blink_at", "rona_at")
    ]
    assert at[1] - at[0] == timedelta(seconds=40)
    assert at[2] - at[1] == timedelta(seconds=7)


def test_a_card_in_hand_shows_the_last_text(alice: Agent, talking: Chat) -> None:
    steps.say(talking, "Hello")
    said = steps.say(alice, "Hi", to=talking)

    [card] = steps.cards_of(alice)

    assert card["last_message"] == {
        "text": "Hi",
        "sender": steps.sender_of(alice),
        "created_at": said["created_at"],
    }
    assert card["unread"] == 1
    assert card["last_seq"] == 3


def test_events_are_no_last_text(alice: Agent, talking: Chat) -> None:
    [card] = steps.cards_of(alice)

    assert card["last_message"] is None
    assert card["unread"] == 0
    assert card["last_seq"] == 1


def test_the_customer_of_a_chat_that_ended_is_gone(alice: Agent, talking: Chat) -> None:
    steps.say(talking, "Hello?")
    steps.leave(talking)

    [card] = steps.cards_of(alice)

    assert (card["state"], card["customer_present"]) == ("connected", False)
    assert datetime.fromisoformat(card["ended_at"]) == talking.contact.ended_at
    assert card["unanswered_since"] is None


def test_an_offer_shows_what_the_customer_wrote_and_nothing_else(
    alice: Agent, bob: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)
    steps.say(chat, "My parcel is lost")
    steps.say(alice, "Bob can help", to=chat)
    steps.go_available(bob)
    steps.transfer(alice, chat, to=bob)

    [card] = steps.cards_of(bob)

    assert card["last_message"]["text"] == "My parcel is lost"


# --- how long the customer waits ------------------------------------------------
def at(card: dict[str, Any], name: str) -> datetime | None:
    return card[name] and datetime.fromisoformat(card[name])


def test_a_chat_waits_from_the_first_line_that_nobody_answered(
    alice: Agent, talking: Chat, clockwork: Clockwork
) -> None:
    asked_at = clockwork.moves(seconds=60)
    steps.say(talking, "Hello?")
    clockwork.moves(seconds=30)
    steps.say(talking, "Anybody?")
    [waits] = steps.cards_of(alice)
    steps.say(alice, "Yes", to=talking)
    [answered] = steps.cards_of(alice)
    again_at = clockwork.moves(seconds=5)
    steps.say(talking, "Good")
    [again] = steps.cards_of(alice)

    assert at(waits, "unanswered_since") == asked_at
    assert answered["unanswered_since"] is None
    assert at(again, "unanswered_since") == again_at


def test_what_was_said_while_waiting_counts_from_the_accepting_on(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)
    steps.say(chat, "Hello?")
    clockwork.moves(seconds=600)
    steps.go_available(alice)
    accepted_at = clockwork.moves(seconds=5)
    steps.accept(alice, chat)

    [card] = steps.cards_of(alice)

    assert at(card, "unanswered_since") == accepted_at


def test_an_offer_tells_the_whole_wait_and_who_had_it(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    opened_at = clockwork.now
    chat = steps.open_chat(direct)
    clockwork.moves(seconds=60)
    steps.go_available(bob)
    [first] = steps.cards_of(bob)
    clockwork.moves(seconds=5)
    steps.decline(bob, chat)
    steps.go_available(alice)

    [card] = steps.cards_of(alice)

    assert at(card, "waiting_since") == at(first, "waiting_since") == opened_at
    assert first["returned_from"] is None
    assert card["returned_from"] == {"id": bob.pk, "display_name": "Bob"}


def test_whoever_talked_meanwhile_has_not_waited_all_the_time(
    acme: Organisation,
    alice: Agent,
    bob: Agent,
    front_line: Team,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    sales = QueueFactory.create(organisation=acme, teams=[front_line])
    chat = steps.open_chat(direct)
    clockwork.moves(seconds=30)
    steps.go_available(alice)
    steps.accept(alice, chat)
    moved_at = clockwork.moves(seconds=600)
    steps.transfer(alice, chat, to=sales)
    clockwork.moves(seconds=7)
    steps.go_available(bob)

    [card] = steps.cards_of(bob)

    assert at(card, "waiting_since") == moved_at
    assert card["returned_from"] is None


def test_a_transfer_waits_from_its_offer_on(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    steps.go_available(bob)
    given_at = clockwork.moves(seconds=600)
    steps.transfer(alice, chat, to=bob)

    [card] = steps.cards_of(bob)

    assert at(card, "waiting_since") == given_at


def test_a_changed_threshold_is_on_the_cards(
    ada: Agent, alice: Agent, talking: Chat, support: Queue
) -> None:
    answer = client_for(ada).patch(
        f"{API}/queues/{support.pk}/", {"first_response_threshold": 90}, format="json"
    )

    [card] = steps.cards_of(alice)

    assert answer.status_code == 200
    assert card["first_response_threshold"] == 90


def test_the_order_is_offered_then_connected_then_wrap_up(
    alice: Agent, direct: EntryPoint
) -> None:
    wrapped = steps.in_wrap_up(alice, direct)
    talking = steps.connected(alice, direct)
    offered = steps.open_chat(direct)

    cards = steps.cards_of(alice)

    assert [card["contact"] for card in cards] == [
        str(offered.id),
        str(talking.id),
        str(wrapped.id),
    ]
    assert [card["state"] for card in cards] == ["offered", "connected", "wrapup"]


def test_the_oldest_offer_comes_first(alice: Agent, direct: EntryPoint) -> None:
    steps.go_available(alice)
    chats = [steps.open_chat(direct) for _ in range(3)]

    cards = steps.cards_of(alice)

    assert [card["contact"] for card in cards] == [str(chat.id) for chat in chats]


def test_cards_of_one_channel(
    acme: Organisation, alice: Agent, talking: Chat, support: Queue
) -> None:
    call = ContactFactory.create(organisation=acme, queue=support, channel="voice")
    AssignmentFactory.create(contact=call, agent=alice, connected=True)
    client = client_for(alice)

    def shown(channel: str) -> set[str]:
        cards = client.get(f"{API}/me/cards/", {"channel": channel}).json()
        return {card["channel"] for card in cards}

    assert shown("all") == {"chat", "voice"}
    assert shown("chat") == {"chat"}
    assert shown("voice") == {"voice"}
    assert shown("email") == set()


def test_an_unknown_channel_is_refused(alice: Agent) -> None:
    response = client_for(alice).get(f"{API}/me/cards/", {"channel": "fax"})

    refuses(response, 400, "invalid", errors=["channel"])


def test_nobody_sees_the_cards_of_somebody_else(
    bob: Agent, sam: Agent, ada: Agent, talking: Chat
) -> None:
    for person in (bob, sam, ada):
        assert steps.cards_of(person) == []


def test_cards_cost_the_same_however_many(
    acme: Organisation, alice: Agent, support: Queue, counted: Counted
) -> None:
    client = client_for(alice)

    def one_more() -> None:
        contact = ContactFactory.create(organisation=acme, queue=support)
        AssignmentFactory.create(contact=contact, agent=alice, connected=True)

    one_more()
    few = counted(lambda: client.get(f"{API}/me/cards/"))
    for _ in range(9):
        one_more()

    many = counted(lambda: client.get(f"{API}/me/cards/"))

    assert many == few <= 6


# --- while people speak --------------------------------------------------------
@pytest.mark.usefixtures("clockwork")
def test_of_many_cards_each_sweep_sends_a_part(
    alice: Agent, direct: EntryPoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody has a turn before anybody has a second one."""
    chats = [steps.connected(alice, direct) for _ in range(3)]
    monkeypatch.setattr(telling, "FRESH", 1)
    monkeypatch.setattr(telling, "PARTS", 2)
    everybody = {str(chat.id) for chat in chats}
    all_say(chats, "Hello?")
    with sockets.desk_of(alice) as desk:
        first = sent_by_sweep(desk)
        all_say(chats, "Anybody there?")
        second = sent_by_sweep(desk)
        third = sent_by_sweep(desk)
        fourth = sent_by_sweep(desk)

        assert [len(sent) for sent in (first, second, third, fourth)] == [2, 1, 1, 1]
        assert {*first, *second} == everybody
        # That of the second part had shown the second line already.
        assert {*second.values()} == {"Anybody there?"}
        assert {*third, *fourth} == {*first}
        assert sent_by_sweep(desk) == {}


@pytest.mark.usefixtures("clockwork")
def test_of_few_cards_each_sweep_sends_all(
    alice: Agent, direct: EntryPoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats = [steps.connected(alice, direct) for _ in range(3)]
    monkeypatch.setattr(telling, "FRESH", 3)

    for line in ("Hello?", "Anybody there?"):
        all_say(chats, line)
        assert jobs.send_cards(clock.now()) == 3


@pytest.mark.usefixtures("clockwork")
def test_no_sweep_sends_too_many_cards(
    alice: Agent, direct: EntryPoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats = [steps.connected(alice, direct) for _ in range(3)]
    for name, number in {"FRESH": 1, "PARTS": 1, "AT_ONCE": 2}.items():
        monkeypatch.setattr(telling, name, number)
    all_say(chats, "Hello?")

    assert [jobs.send_cards(clock.now()) for _ in range(3)] == [2, 1, 0]


def all_say(chats: Iterable[Chat], line: str) -> None:
    for chat in chats:
        steps.say(chat, line)


def sent_by_sweep(desk: sockets.Socket) -> dict[str, str]:
    """Return by contact the last line on the cards that the next sweep sends."""
    desk.heard()
    jobs.send_cards(clock.now())
    cards = [frame["card"] for frame in desk.heard() if frame["type"] == "card"]
    return {card["contact"]: card["last_message"]["text"] for card in cards}
