"""A supervisor reads along in a chat of the own team (D32, contract 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contacts.models import Assignment
from tests import sockets, steps, trail
from tests.steps import API, client_for
from tests.supervision.watchers import (
    cards_in,
    stop,
    watch,
    watched_by,
    whisper,
)

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from tests.steps import Chat


@pytest.fixture
def talking(alice: Agent, direct: EntryPoint) -> Chat:
    return steps.connected(alice, direct, customer={"name": "Dora"})


@pytest.fixture
def silent(acme: Organisation) -> None:
    acme.silent_monitoring_enabled = True
    acme.save(update_fields=["silent_monitoring_enabled"])


# --- the watcher's desk ---------------------------------------------------------
def test_the_watcher_gets_a_card_and_every_line(
    sam: Agent, alice: Agent, talking: Chat
) -> None:
    steps.say(talking, "Hello?")
    with sockets.desk_of(sam) as desk:
        answer = watch(sam, talking)
        [card] = cards_in(desk.heard())
        said = steps.say(alice, "Good morning", to=talking)
        line = desk.read_until("message")["message"]

    assert (answer.status_code, answer.json()) == (200, {"mode": "monitor"})
    assert line == said
    assert {
        name: card[name]
        for name in (
            "assignment",
            "role",
            "state",
            "offered_at",
            "blink_at",
            "rona_at",
            "video",
            "note",
            "unread",
            "watchers",
            "watch_mode",
            "controls",
        )
    } == {
        "assignment": None,
        "role": "watcher",
        "state": "connected",
        "offered_at": None,
        "blink_at": None,
        "rona_at": None,
        "video": None,
        "note": None,
        "unread": 0,
        "watchers": ["Sam"],
        "watch_mode": "monitor",
        "controls": ["watch_end", "whisper", "barge", "take_over"],
    }
    assert card["owner"] == {"id": alice.pk, "display_name": "Alice"}
    assert (card["contact"], card["last_message"]["text"]) == (
        str(talking.id),
        "Hello?",
    )


def test_the_card_is_there_after_a_reload_and_in_the_pong(
    sam: Agent, talking: Chat
) -> None:
    watch(sam, talking)

    with sockets.desk_of(sam) as desk:
        desk.send("ping")
        pong = desk.read_until("pong")

    [card] = desk.welcome["cards"]
    assert (card["role"], card["contact"]) == ("watcher", str(talking.id))
    assert pong["last_seq"] == {str(talking.id): talking.contact.last_seq}
    assert pong["versions"] == {str(talking.id): card["version"]}
    assert steps.cards_of(sam) == [card]


def test_a_number_that_goes_on_is_hidden_from_the_watcher_too(
    sam: Agent, talking: Chat
) -> None:
    watch(sam, talking)
    with sockets.desk_of(sam) as desk:
        steps.say(talking, "4111 1111")
        steps.say(talking, "1111 1111")
        frames = [f["message"] for f in desk.heard() if f["type"] == "message"]

    assert [(m["text"], m["rev"]) for m in frames][-1] == ("********", 1)
    assert frames[1]["text"] == "****1111"


def test_nothing_but_stored_text_reaches_the_watcher(
    sam: Agent, alice: Agent, talking: Chat
) -> None:
    watch(sam, talking)
    with sockets.desk_of(sam) as desk, sockets.chat_of(talking) as page:
        page.send("typing", on=True)
        page.heard()
        with sockets.desk_of(alice) as alices:
            alices.send("typing", contact=talking.id, on=True)
            alices.heard()
        desk.send("signal", contact=talking.id, data={"sdp": "x"})
        refused = desk.read_until("error")
        desk.send("send", contact=talking.id, client_id="s1", text="Hello")
        unsaid = desk.read_until("error")
        kinds = set(desk.heard_kinds())

    assert refused["code"] == "no_call"
    assert unsaid["code"] == "forbidden"
    assert "typing" not in kinds
    assert "Hello" not in steps.texts_of(talking)


def test_it_takes_no_slot_and_counts_in_no_figure(sam: Agent, talking: Chat) -> None:
    steps.go_available(sam)
    before = Assignment.objects.count()

    watch(sam, talking)

    people = client_for(sam).get(f"{API}/people/").json()
    live = {each["display_name"]: each["live"]["chat"] for each in people}
    assert live == {"Alice": 1, "Sam": 0}
    assert Assignment.objects.count() == before


# --- what others see --------------------------------------------------------------
def test_the_agent_sees_who_watches_and_the_customer_nothing(
    sam: Agent, alice: Agent, talking: Chat
) -> None:
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        watch(sam, talking)
        [begun] = cards_in(desk.heard())
        stop(sam, talking)
        [ended] = cards_in(desk.heard())
        heard = page.heard_kinds()

    assert (begun["watchers"], ended["watchers"]) == (["Sam"], [])
    assert begun["watch_mode"] is None
    assert heard == []


@pytest.mark.usefixtures("silent")
def test_silent_monitoring_tells_the_trail_alone(
    sam: Agent, alice: Agent, ada: Agent, talking: Chat
) -> None:
    watch(sam, talking)

    assert steps.cards_of(alice)[0]["watchers"] == []
    assert steps.cards_of(sam)[0]["watchers"] == ["Sam"]
    assert trail.said(ada, "watched")["changes"]["silent"] == [None, True]


@pytest.mark.usefixtures("silent")
def test_agents_are_told_at_once_where_it_is_silent_no_more(
    sam: Agent, alice: Agent, ada: Agent, talking: Chat
) -> None:
    watch(sam, talking)
    with sockets.desk_of(alice) as desk:
        body = {"silent_monitoring_enabled": False}
        answer = client_for(ada).patch(f"{API}/organisation/", body, format="json")
        [card] = cards_in(desk.heard())

    assert answer.json()["silent_monitoring_enabled"] is False
    assert card["watchers"] == ["Sam"]
    [entry] = trail.read(ada, action="changed")
    assert entry["changes"] == {"silent_monitoring_enabled": [True, False]}


def test_the_trail_says_who_watched_whom_how_and_how_long(
    sam: Agent, ada: Agent, talking: Chat, clockwork: Clockwork
) -> None:
    began = clockwork.now
    watch(sam, talking)
    watch(sam, talking, "whisper")
    ended = clockwork.moves(seconds=60)
    stop(sam, talking)

    last, changed, first = trail.read(ada, action="watched")

    assert {each["actor"]["display_name"] for each in (last, changed, first)} == {"Sam"}
    assert first["object"]["id"] == str(talking.id)
    assert first["changes"]["agent"] == [None, "Alice"]
    assert first["changes"]["mode"] == [None, "monitor"]
    assert changed["changes"]["mode"] == ["monitor", "whisper"]
    assert last["changes"]["agent"] == ["Alice", None]
    assert last["changes"]["outcome"] == [None, "stopped"]
    times = [last["changes"][name][1][:19] for name in ("started_at", "ended_at")]
    assert times == [began.isoformat()[:19], ended.isoformat()[:19]]


# --- faults ---------------------------------------------------------------------------
@pytest.mark.usefixtures("redis_is_away")
def test_nobody_is_left_watching_while_redis_is_away(
    sam: Agent, alice: Agent, talking: Chat
) -> None:
    assert watch(sam, talking).status_code == 200
    assert whisper(sam, talking).status_code == 201

    steps.end(alice, talking)

    assert watched_by(talking) is None
    assert steps.cards_of(sam) == []
