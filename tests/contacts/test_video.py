"""Video calls (R92-R96, D26): who may start, accept and end one, and what is said."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Any

import pytest

from contacts.models import ContactEvent, ContactEventCode, VideoCall
from tests import sockets, steps
from tests.factories import QueueFactory
from tests.journeys import invariants
from tests.steps import API, client_for, customer_of, for_agents, for_customers
from wrapup.services import losses

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

    from agents.models import Agent, Organisation
    from queues.models import Queue
    from tests.clockwork import Clockwork
    from tests.stage import Counted
    from tests.steps import Chat, Json

BEGAN = "Alice and the customer are in a video call"
A1_LEFT = "Alice has left the video call"
D_LEFT = "The customer has left the video call"


def ring(agent: Agent, chat: Chat, **body: str) -> Any:
    return client_for(agent).post(for_agents(chat, "video"), body, format="json")


def stop(agent: Agent, chat: Chat) -> Any:
    return client_for(agent).post(for_agents(chat, "video/end"))


def answer(chat: Chat, how: str, **body: str) -> Any:
    url = for_customers(chat, f"video/{how}")
    return customer_of(chat).post(url, body, format="json")


def shown_to_customer(chat: Chat) -> Json | None:
    video: Json | None = customer_of(chat).get(for_customers(chat)).json()["video"]
    return video


def shown_to(agent: Agent) -> Json | None:
    [card] = steps.cards_of(agent)
    video: Json | None = card["video"]
    return video


def outcome() -> tuple[str, str]:
    call = VideoCall.objects.latest("pk")
    return call.outcome, call.ended_by


@pytest.fixture
def sales(acme: Organisation) -> Queue:
    """A queue that nobody serves."""
    return QueueFactory.create(organisation=acme, name="Sales")


@pytest.fixture
def ringing(alice: Agent, talking: Chat) -> Chat:
    assert ring(alice, talking, tab="desk-1").status_code == 200
    return talking


@pytest.fixture
def live(ringing: Chat) -> Chat:
    assert answer(ringing, "accept", tab="page-1").status_code == 200
    return ringing


# --- how it goes --------------------------------------------------------------
def test_the_agent_rings_and_both_see_it(alice: Agent, ringing: Chat) -> None:
    assert shown_to(alice) == {"state": "ringing", "by": "Alice", "tab": "desk-1"}
    assert shown_to_customer(ringing) == {
        "state": "ringing",
        "by": "Alice",
        "tab": None,
    }
    assert BEGAN not in steps.texts_of(ringing)


def test_the_customer_joins_and_everybody_reads_it(alice: Agent, live: Chat) -> None:
    assert shown_to(alice) == {"state": "live", "by": "Alice", "tab": "desk-1"}
    assert shown_to_customer(live) == {"state": "live", "by": "Alice", "tab": "page-1"}
    assert steps.texts_of(live)[-1] == BEGAN
    event = steps.lines_of(live)[-1]["event"]
    assert event == {"code": "video_started", "name": "Alice"}


def test_the_agent_leaves_and_the_chat_goes_on(alice: Agent, live: Chat) -> None:
    assert stop(alice, live).json()["video"] is None

    assert steps.texts_of(live)[-1] == A1_LEFT
    assert steps.lines_of(live)[-1]["event"] == {"code": "video_ended", "name": "Alice"}
    assert outcome() == ("left", "agent")
    assert shown_to_customer(live) is None
    steps.say(live, "Thank you")


def test_the_customer_leaves_and_the_chat_goes_on(alice: Agent, live: Chat) -> None:
    assert answer(live, "end").json()["video"] is None

    assert steps.texts_of(live)[-1] == D_LEFT
    assert steps.lines_of(live)[-1]["event"] == {"code": "video_ended", "name": None}
    assert outcome() == ("left", "customer")
    assert shown_to(alice) is None
    steps.say(alice, "Anything else?", to=live)


def test_the_customer_declines_and_the_agent_is_told(
    alice: Agent, ringing: Chat
) -> None:
    with sockets.desk_of(alice) as desk:
        assert answer(ringing, "decline").json()["video"] is None
        notice = desk.read_until("notice")

    assert notice["code"] == "video_declined"
    assert notice["text"] == "The customer declined the video call"
    assert outcome() == ("declined", "customer")
    assert shown_to(alice) is None
    assert steps.texts_of(ringing)[-1] == "Alice has joined the chat"


def test_the_agent_takes_the_call_back(alice: Agent, ringing: Chat) -> None:
    assert stop(alice, ringing).status_code == 200

    assert outcome() == ("cancelled", "agent")
    assert shown_to_customer(ringing) is None
    assert steps.texts_of(ringing)[-1] == "Alice has joined the chat"
    steps.refuses(answer(ringing, "accept"), 409, "wrong_state")


def test_another_call_may_follow(alice: Agent, live: Chat) -> None:
    stop(alice, live)

    assert ring(alice, live).status_code == 200
    assert answer(live, "accept").status_code == 200
    assert steps.texts_of(live).count(BEGAN) == 2


def test_the_record_has_how_long_and_why(
    alice: Agent, talking: Chat, clockwork: Clockwork
) -> None:
    ring(alice, talking)
    answer(talking, "accept")
    clockwork.moves(seconds=95)
    stop(alice, talking)

    ended = ContactEvent.objects.get(code=ContactEventCode.VIDEO_ENDED)
    assert ended.agent == alice
    assert ended.details == {"outcome": "left", "by": "agent", "seconds": 95}
    assert ContactEvent.objects.filter(code=ContactEventCode.VIDEO_STARTED).count() == 1


# --- repeats, and what does not fit -------------------------------------------
@pytest.mark.parametrize(
    "commands",
    [
        ["ring", "ring"],
        ["ring", "accept", "accept"],
        ["ring", "accept", "ring"],
        ["ring", "accept", "leave", "leave"],
        ["ring", "accept", "leave", "stop"],
        ["ring", "decline", "decline"],
        ["ring", "stop", "stop"],
        ["ring", "stop", "decline"],
    ],
)
def test_a_repeat_changes_nothing(
    alice: Agent, talking: Chat, commands: list[str]
) -> None:
    can: dict[str, Callable[[], Any]] = {
        "ring": lambda: ring(alice, talking, tab="desk-1"),
        "accept": lambda: answer(talking, "accept", tab="page-1"),
        "decline": lambda: answer(talking, "decline"),
        "leave": lambda: answer(talking, "end"),
        "stop": lambda: stop(alice, talking),
    }
    for command in commands[:-1]:
        assert can[command]().status_code == 200
    before = invariants.snapshot()

    assert can[commands[-1]]().status_code == 200

    assert invariants.snapshot() == before


def test_what_does_not_fit_is_refused_and_changes_nothing(
    alice: Agent, talking: Chat
) -> None:
    before = invariants.snapshot()
    for how in ("accept", "decline", "end"):
        steps.refuses(answer(talking, how), 409, "wrong_state")
    steps.refuses(stop(alice, talking), 409, "wrong_state")
    assert invariants.snapshot() == before

    ring(alice, talking, tab="desk-1")
    before = invariants.snapshot()
    steps.refuses(answer(talking, "end"), 409, "wrong_state")
    steps.refuses(ring(alice, talking, tab="desk-2"), 409, "wrong_state")
    steps.refuses(ring(alice, talking), 409, "wrong_state")
    assert invariants.snapshot() == before

    answer(talking, "accept", tab="page-1")
    before = invariants.snapshot()
    steps.refuses(answer(talking, "decline"), 409, "wrong_state")
    steps.refuses(answer(talking, "accept", tab="page-2"), 409, "wrong_state")
    assert invariants.snapshot() == before


@pytest.mark.parametrize("tab", ["", "a b", "x" * 65, "agent.1|", "ä"])
def test_a_page_has_a_plain_name(alice: Agent, talking: Chat, tab: str) -> None:
    response = ring(alice, talking, tab=tab)

    steps.refuses(response, 400, "invalid", errors=["tab"])
    assert not VideoCall.objects.exists()


def test_strangers_are_refused(
    alice: Agent, bob: Agent, sam: Agent, gina: Agent, live: Chat
) -> None:
    before = invariants.snapshot()

    for who, status, code in (
        (bob, 404, "not_found"),
        (sam, 403, "forbidden"),
        (gina, 404, "not_found"),
    ):
        steps.refuses(ring(who, live), status, code)
        steps.refuses(stop(who, live), status, code)
    customer = customer_of(live)
    steps.refuses(customer.post(for_agents(live, "video")), 401, "bad_token")

    assert invariants.snapshot() == before
    assert shown_to(alice) is not None


@pytest.mark.parametrize("switch", ["organisation", "profile"])
def test_where_video_is_off_it_is_neither_offered_nor_served(
    alice: Agent, acme: Organisation, talking: Chat, switch: str
) -> None:
    off = acme if switch == "organisation" else acme.default_multimedia_profile
    assert off is not None
    off.video_enabled = False
    off.save(update_fields=["video_enabled"])

    [card] = steps.cards_of(alice)
    assert "video" not in card["controls"]
    steps.refuses(ring(alice, talking), 403, "video_off")
    assert not VideoCall.objects.exists()


@pytest.mark.parametrize("what", ["organisation", "profile"])
def test_a_switch_is_felt_by_open_desks(
    alice: Agent, ada: Agent, acme: Organisation, talking: Chat, what: str
) -> None:
    profile = acme.default_multimedia_profile
    assert profile is not None
    path = {
        "organisation": f"{API}/organisation/",
        "profile": f"{API}/multimedia-profiles/{profile.pk}/",
    }[what]
    with sockets.desk_of(alice) as desk:
        body = {"video_enabled": False}
        assert client_for(ada).patch(path, body, format="json").status_code == 200
        card = desk.read_until("card")["card"]

    assert "video" not in card["controls"]


# --- how it goes with the chat ------------------------------------------------
def test_the_end_of_the_chat_ends_the_call_first(alice: Agent, live: Chat) -> None:
    steps.end(alice, live)

    assert steps.texts_of(live)[-3:] == [
        A1_LEFT,
        "Alice has left the chat",
        "The chat has ended",
    ]
    assert outcome() == ("chat_over", "agent")
    assert shown_to(alice) is None
    steps.refuses(answer(live, "accept"), 409, "contact_ended")


def test_a_customer_who_leaves_the_chat_leaves_the_call(live: Chat) -> None:
    steps.leave(live)

    assert steps.texts_of(live)[-3:] == [
        D_LEFT,
        "The customer has left the chat",
        "The chat has ended",
    ]
    assert outcome() == ("chat_over", "customer")


def test_a_call_that_rings_goes_silently(alice: Agent, ringing: Chat) -> None:
    steps.end(alice, ringing)

    assert A1_LEFT not in steps.texts_of(ringing)
    assert outcome() == ("chat_over", "agent")


@pytest.mark.parametrize("how", ["agent", "queue", "lost", "requeue"])
def test_who_gives_the_chat_away_leaves_the_call(
    alice: Agent,
    bob: Agent,
    sam: Agent,
    sales: Queue,
    live: Chat,
    clockwork: Clockwork,
    how: str,
) -> None:
    steps.go_available(bob)
    if how == "lost":
        losses.lose(agent_id=alice.pk, reason="gone", now=clockwork.now)
    elif how == "requeue":
        body = {"reason": "stuck"}
        url = for_agents(live, "requeue")
        assert client_for(sam).post(url, body, format="json").status_code == 200
    else:
        steps.transfer(alice, live, to=bob if how == "agent" else sales)

    texts = steps.texts_of(live)
    assert texts.index(A1_LEFT) == texts.index("Alice has left the chat") - 1
    assert outcome() == ("chat_over", "agent")
    invariants.check_always()
    if how == "agent":
        steps.accept(bob, live)
        assert ring(bob, live).status_code == 200


def test_a_colleague_in_the_chat_sees_that_there_is_a_call(
    alice: Agent, bob: Agent, live: Chat
) -> None:
    steps.go_available(bob)
    steps.invite(alice, live, bob)
    steps.accept(bob, live)

    assert shown_to(bob) == {"state": "live", "by": "Alice", "tab": None}
    steps.refuses(ring(bob, live, tab="desk-1"), 403, "forbidden")
    steps.refuses(stop(bob, live), 403, "forbidden")
    assert shown_to(alice) is not None


# --- time ---------------------------------------------------------------------
def test_ringing_ends_after_a_minute(
    alice: Agent, talking: Chat, clockwork: Clockwork
) -> None:
    ring(alice, talking)
    with sockets.desk_of(alice) as desk:
        clockwork.passes(seconds=59)
        assert shown_to(alice) is not None
        clockwork.passes(seconds=1)
        notice = desk.read_until("notice")

    assert notice["code"] == "video_missed"
    assert shown_to(alice) is None
    assert outcome() == ("missed", "")
    steps.refuses(answer(talking, "accept"), 409, "wrong_state")


def test_nobody_joins_too_late_though_no_sweep_ran(
    alice: Agent, talking: Chat, clockwork: Clockwork
) -> None:
    ring(alice, talking, tab="desk-1")
    clockwork.moves(seconds=60)

    steps.refuses(answer(talking, "accept"), 409, "wrong_state")
    assert BEGAN not in steps.texts_of(talking)
    # The next call is a new one.
    assert ring(alice, talking, tab="desk-2").status_code == 200
    outcomes = VideoCall.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == ["missed", ""]


def test_a_silent_chat_does_not_end_under_a_call(
    alice: Agent, acme: Organisation, talking: Chat, clockwork: Clockwork
) -> None:
    acme.customer_inactivity_seconds = 20
    acme.save(update_fields=["customer_inactivity_seconds"])
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        ring(alice, talking)
        answer(talking, "accept")
        desk.send("signal", contact=talking.id, data={})
        page.send("signal", data={})
        desk.heard()
        page.heard()
        clockwork.passes(seconds=25)
        assert talking.contact.state == "connected"
        stop(alice, talking)
        clockwork.passes(seconds=25)

    assert talking.contact.state == "ended"


# --- the servers between the two ----------------------------------------------
def test_each_end_is_given_servers_of_its_own(
    alice: Agent, talking: Chat, settings: Settings, clockwork: Clockwork
) -> None:
    settings.STUN_URLS = ["stun:stun.example:3478"]
    settings.TURN_URLS = ["turn:turn.example:3478"]
    settings.TURN_SECRET = "shared"

    of_alice = ring(alice, talking).json()["ice"]
    of_dora = answer(talking, "accept").json()["ice"]

    call = VideoCall.objects.get()
    for end, ice in (("agent", of_alice), ("customer", of_dora)):
        stun, turn = ice["servers"]
        assert stun == {"urls": ["stun:stun.example:3478"]}
        name = f"{int(clockwork.now.timestamp()) + 3600}:{call.pk}-{end}"
        digest = hmac.digest(b"shared", name.encode(), hashlib.sha1)
        assert turn["username"] == name
        assert turn["credential"] == base64.b64encode(digest).decode()
        assert ice["relay_only"] is False
    clockwork.moves(seconds=60)
    again = ring(alice, talking).json()["ice"]
    assert again["expires_at"] > of_alice["expires_at"]


def test_with_a_relay_alone_nobody_asks_for_the_own_address(
    alice: Agent, acme: Organisation, talking: Chat, settings: Settings
) -> None:
    settings.STUN_URLS = ["stun:stun.example:3478"]
    settings.TURN_URLS = ["turn:turn.example:3478"]
    settings.TURN_SECRET = "shared"
    acme.video_relay_only = True
    acme.save(update_fields=["video_relay_only"])

    ice = ring(alice, talking).json()["ice"]

    assert ice["relay_only"] is True
    assert [server["urls"] for server in ice["servers"]] == [settings.TURN_URLS]


def test_nobody_else_learns_the_servers(
    alice: Agent, live: Chat, settings: Settings
) -> None:
    settings.TURN_URLS = ["turn:turn.example:3478"]
    settings.TURN_SECRET = "shared"
    with sockets.desk_of(alice) as desk, sockets.page_of(live) as page:
        stop(alice, live)
        ring(alice, live)
        answer(live, "accept")
        frames = [desk.welcome, page.welcome, *desk.heard(), *page.heard()]

    assert "turn:" not in str(frames)
    assert "turn:" not in str(steps.cards_of(alice))


# --- what it costs ------------------------------------------------------------
def test_a_sweep_asks_for_all_calls_at_once(
    alice: Agent, talking: Chat, clockwork: Clockwork, counted: Counted
) -> None:
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        clockwork.sweeps()
        quiet = counted(clockwork.sweeps)
        ring(alice, talking)
        answer(talking, "accept")
        desk.send("signal", contact=talking.id, data={})
        page.send("signal", data={})
        desk.heard()
        page.heard()
        assert counted(clockwork.sweeps) == quiet
