"""A supervisor reads along in a chat of the own team (D32, contract 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import Role
from contacts.models import Assignment, Watch
from tests import cast, sockets, steps, trail
from tests.factories import QueueFactory, TeamFactory
from tests.steps import API, client_for, for_agents, refuses
from tests.supervision.watchers import (
    barge,
    cards_in,
    ends_of,
    stop,
    take_over,
    watch,
    watched_by,
    whisper,
)

if TYPE_CHECKING:
    from agents.models import Agent, Organisation, Team
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.steps import Chat


@pytest.fixture
def talking(alice: Agent, direct: EntryPoint) -> Chat:
    return steps.connected(alice, direct, customer={"name": "Dora"})


@pytest.fixture
def tia(acme: Organisation, front_line: Team) -> Agent:
    """Another supervisor of the team."""
    return cast.person("Tia", acme, role=Role.SUPERVISOR, teams=[front_line])


@pytest.fixture
def silent(acme: Organisation) -> None:
    acme.silent_monitoring_enabled = True
    acme.save(update_fields=["silent_monitoring_enabled"])


def change(ada: Agent, agent: Agent, **settings: Any) -> None:
    answer = client_for(ada).patch(f"{API}/agents/{agent.pk}/", settings, format="json")
    assert answer.status_code == 200, answer.content


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


# --- who may ------------------------------------------------------------------------
def test_one_person_watches_a_contact(sam: Agent, tia: Agent, talking: Chat) -> None:
    watch(sam, talking)

    refuses(watch(tia, talking), 409, "already_watched")

    assert watched_by(talking) == "Sam"
    assert watch(sam, talking).status_code == 200  # again is harmless
    stop(sam, talking)
    assert watch(tia, talking).status_code == 200


def test_the_own_teams_alone(
    sam: Agent, ada: Agent, acme: Organisation, talking: Chat
) -> None:
    sam.teams.set([TeamFactory.create(organisation=acme, name="Others")])

    refuses(watch(sam, talking), 403, "forbidden")

    assert watched_by(talking) is None
    assert watch(ada, talking).status_code == 200


def test_nobody_watches_what_nobody_talks_in(
    sam: Agent, alice: Agent, direct: EntryPoint
) -> None:
    waiting = steps.open_chat(direct)
    refuses(watch(sam, waiting), 409, "wrong_state")
    steps.go_available(alice)
    refuses(watch(sam, waiting), 409, "wrong_state")
    steps.accept(alice, waiting)
    steps.leave(waiting)

    refuses(watch(sam, waiting), 409, "wrong_state")

    assert not Watch.objects.exists()


def test_nobody_watches_themselves(sam: Agent, tia: Agent, direct: EntryPoint) -> None:
    own = steps.connected(sam, direct)

    refuses(watch(sam, own), 409, "wrong_state")

    assert watched_by(own) is None
    assert watch(tia, own).status_code == 200


@pytest.mark.parametrize(
    ("power", "command"),
    [
        ("may_watch", watch),
        ("may_whisper", lambda who, chat: watch(who, chat, "whisper")),
        ("may_whisper", whisper),
        ("may_barge", barge),
        ("may_take_over", take_over),
    ],
    ids=["watch", "watch-to-whisper", "whisper", "barge", "take-over"],
)
def test_each_power_can_be_taken_away(
    sam: Agent, ada: Agent, talking: Chat, power: str, command: Any
) -> None:
    if command is whisper:
        watch(sam, talking)
    change(ada, sam, **{power: False})
    before = steps.lines_of(talking)

    refuses(command(sam, talking), 403, "forbidden")

    assert steps.lines_of(talking) == before
    assert [s.agent.display_name for s in Assignment.objects.all()] == ["Alice"]


def test_the_card_offers_what_is_allowed(sam: Agent, ada: Agent, talking: Chat) -> None:
    watch(sam, talking)
    with sockets.desk_of(sam) as desk:
        change(ada, sam, may_whisper=False, may_barge=False)
        [card] = cards_in(desk.heard())

    assert card["controls"] == ["watch_end", "take_over"]
    watch(ada, talking)  # refused: Sam still does
    assert watched_by(talking) == "Sam"


def test_an_administrator_watches_and_takes_nothing(ada: Agent, talking: Chat) -> None:
    assert watch(ada, talking, "whisper").status_code == 200

    [card] = steps.cards_of(ada)
    assert card["controls"] == ["watch_end", "whisper"]
    refuses(barge(ada, talking), 403, "forbidden")
    refuses(take_over(ada, talking), 403, "forbidden")
    assert Assignment.objects.get().agent.display_name == "Alice"


# --- how it ends ----------------------------------------------------------------------
def test_stopping_takes_the_card_away_and_nothing_more_is_heard(
    sam: Agent, talking: Chat
) -> None:
    watch(sam, talking)
    with sockets.desk_of(sam) as desk:
        desk.heard()
        assert stop(sam, talking).status_code == 204
        steps.say(talking, "Are you alone?")
        frames = desk.heard()

    assert [(f["type"], f.get("reason")) for f in frames] == [("card_removed", "left")]
    assert steps.cards_of(sam) == []
    assert stop(sam, talking).status_code == 204
    assert ends_of(talking) == [("Sam", "stopped")]


def _end(chat: Chat, **people: Any) -> None:
    steps.end(people["alice"], chat)


def _leave(chat: Chat, **people: Any) -> None:
    steps.leave(chat)


def _transfer(chat: Chat, **people: Any) -> None:
    steps.go_available(people["bob"])
    steps.transfer(people["alice"], chat, to=people["bob"])


def _to_queue(chat: Chat, **people: Any) -> None:
    steps.transfer(people["alice"], chat, to=people["sales"])


def _requeue(chat: Chat, **people: Any) -> None:
    body = {"reason": "Stuck"}
    client_for(people["tia"]).post(for_agents(chat, "requeue"), body)


def _close(chat: Chat, **people: Any) -> None:
    body = {"reason": "Stuck"}
    client_for(people["tia"]).post(for_agents(chat, "close"), body)


def _take_over(chat: Chat, **people: Any) -> None:
    assert take_over(people["tia"], chat).status_code == 200


@pytest.mark.parametrize(
    "happens", [_end, _leave, _transfer, _to_queue, _requeue, _close, _take_over]
)
def test_it_ends_with_the_part_of_the_agent(
    sam: Agent,
    tia: Agent,
    alice: Agent,
    bob: Agent,
    front_line: Team,
    support: Queue,
    talking: Chat,
    happens: Any,
) -> None:
    sales = QueueFactory.create(
        organisation=support.organisation, name="Sales", teams=[front_line]
    )
    watch(sam, talking)
    with sockets.desk_of(sam) as desk:
        happens(talking, alice=alice, bob=bob, tia=tia, sales=sales)
        gone = desk.read_until("card_removed")
        frames = desk.heard()

    assert (gone["contact"], gone["reason"]) == (str(talking.id), "left")
    assert [f for f in frames if f["type"] in {"card", "message"}] == []
    assert watched_by(talking) is None
    assert ends_of(talking) == [("Sam", "over")]
    assert steps.cards_of(sam) == []


def test_it_ends_at_once_with_the_team(
    sam: Agent, ada: Agent, acme: Organisation, talking: Chat
) -> None:
    other = TeamFactory.create(organisation=acme, name="Others")
    watch(sam, talking)

    change(ada, sam, teams=[other.pk])

    assert watched_by(talking) is None
    assert ends_of(talking) == [("Sam", "not_allowed")]


def test_it_ends_at_once_where_the_agent_goes_to_another_team(
    sam: Agent, ada: Agent, alice: Agent, acme: Organisation, talking: Chat
) -> None:
    other = TeamFactory.create(organisation=acme, name="Others")
    watch(sam, talking)

    change(ada, alice, teams=[other.pk])

    assert ends_of(talking) == [("Sam", "not_allowed")]


@pytest.mark.parametrize(
    "settings",
    [{"role": "agent"}, {"is_active": False}, {"may_watch": False}],
    ids=["role", "deactivated", "permission"],
)
def test_it_ends_at_once_with_the_right(
    sam: Agent, ada: Agent, talking: Chat, settings: dict[str, Any]
) -> None:
    watch(sam, talking)

    change(ada, sam, **settings)

    assert watched_by(talking) is None
    assert ends_of(talking) == [("Sam", "not_allowed")]


def test_the_sweep_finds_what_nobody_has_ended(
    sam: Agent, acme: Organisation, talking: Chat, clockwork: Clockwork
) -> None:
    watch(sam, talking)
    with sockets.desk_of(sam):
        clockwork.runs(seconds=10)
        assert watched_by(talking) == "Sam"
        sam.teams.clear()  # as another process might, between two steps

        clockwork.passes(seconds=1)

    assert ends_of(talking) == [("Sam", "not_allowed")]


def test_it_ends_with_the_sign_out(sam: Agent, talking: Chat) -> None:
    with sockets.desk_of(sam):
        watch(sam, talking)

        assert client_for(sam).post(f"{API}/me/sign-out/").status_code == 204

    assert ends_of(talking) == [("Sam", "lost")]


def test_it_ends_within_five_seconds_without_a_desk(
    sam: Agent, alice: Agent, talking: Chat, clockwork: Clockwork
) -> None:
    clockwork.runs(seconds=10)
    with sockets.desk_of(sam) as desk:
        watch(sam, talking)
        clockwork.passes(seconds=1)
        desk.leave()
    clockwork.passes(seconds=2)
    assert watched_by(talking) == "Sam"  # the desk may be loaded anew

    clockwork.passes(seconds=2)

    assert ends_of(talking) == [("Sam", "lost")]
    assert steps.cards_of(alice)[0]["watchers"] == []


def test_who_comes_from_the_floor_has_a_moment_to_reach_the_desk(
    sam: Agent, talking: Chat, clockwork: Clockwork
) -> None:
    clockwork.runs(seconds=10)
    watch(sam, talking)
    clockwork.passes(seconds=10)
    assert watched_by(talking) == "Sam"

    clockwork.passes(seconds=6)

    assert ends_of(talking) == [("Sam", "lost")]


def test_a_watcher_who_is_asked_to_join_watches_no_more(
    sam: Agent, alice: Agent, talking: Chat
) -> None:
    steps.go_available(sam)
    watch(sam, talking)
    steps.invite(alice, talking, sam)

    steps.accept(sam, talking)

    assert ends_of(talking) == [("Sam", "stopped")]
    [card] = steps.cards_of(sam)
    assert card["role"] == "consulted"


def test_a_lost_agent_leaves_nobody_watching(
    sam: Agent, alice: Agent, talking: Chat, clockwork: Clockwork
) -> None:
    clockwork.runs(seconds=115)  # nothing is heard of Alice
    with sockets.desk_of(sam):
        watch(sam, talking)
        clockwork.runs(seconds=10)

    assert steps.cards_of(alice) == []
    assert ends_of(talking) == [("Sam", "over")]


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
