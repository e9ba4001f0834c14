"""The reports of states, wrap-ups, assistants, ratings and contacts over REST."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from agents.models import Agent
from contacts.models import ContactEventCode, Miss
from tests import steps
from tests.assistants.steps import asks
from tests.factories import (
    ContactEventFactory,
    ContactFactory,
    MessageFactory,
    TeamFactory,
)
from tests.reports.asked import report, roll

if TYPE_CHECKING:
    from agents.models import Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.steps import Json
    from wrapup.models import WrapUpCode

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def day(clockwork: Clockwork, alice: Agent) -> Clockwork:
    """Noon in the organisation's (UTC) day."""
    clockwork.moves_to(NOON)
    Agent.objects.update(state_since=NOON)
    return clockwork


def both(viewer: Agent, name: str, day: Clockwork, acme: Organisation) -> list[Json]:
    """Return a report as it is counted at once, and as it was rolled up a day later."""
    asked = {"since": "2026-03-02", "until": "2026-03-02", "interval": "day"}
    live = report(viewer, name, **asked)
    day.moves(seconds=86_400)
    roll(acme, day.now)
    return [live, report(viewer, name, **asked)]


def by_name(found: Json, figure: str) -> dict[str, Any]:
    subject = found["subject"]
    return {
        row[subject].get("name") or row[subject]["display_name"]: row[figure]
        for row in found["by_subject"]
    }


def test_time_in_states_and_idle_codes(
    day: Clockwork, acme: Organisation, alice: Agent, bob: Agent, ada: Agent
) -> None:
    steps.go_available(alice)
    day.moves(seconds=3000)
    steps.choose(alice, "idle")
    day.moves(seconds=1000)
    steps.post(steps.client_for(alice), f"{steps.API}/me/sign-out/", {})

    for found in both(ada, "states", day, acme):
        assert by_name(found, "seconds") == {"Available": 3000.0, "Idle: Break": 1000.0}
        assert by_name(found, "share") == {"Available": 0.75, "Idle: Break": 0.25}
        assert found["totals"]["seconds"] == 4000.0


def test_wrap_ups_are_ordered_by_how_frequent_they_are(
    day: Clockwork,
    acme: Organisation,
    alice: Agent,
    ada: Agent,
    direct: EntryPoint,
    resolved: WrapUpCode,
    escalated: WrapUpCode,
) -> None:
    for code in (resolved, escalated, escalated):
        chat = steps.connected(alice, direct)
        day.moves(seconds=30)
        steps.end(alice, chat)
        steps.wrap_up(alice, chat, code)

    for found in both(ada, "wrapups", day, acme):
        shown = [
            (row["code"]["name"], row["wrapped_up"], row["share"], row["running_share"])
            for row in found["by_subject"]
        ]
        assert shown == [("Escalated", 2, 0.667, 0.667), ("Resolved", 1, 0.333, 1.0)]
        assert found["totals"]["aht_seconds"] == 30.0


def test_what_became_of_chats_with_the_assistant(
    day: Clockwork, acme: Organisation, ada: Agent, front: EntryPoint
) -> None:
    content, other = steps.open_chat(front), steps.open_chat(front)
    asks(content, "goodbye")
    asks(other, "a person")

    for found in both(ada, "assistants", day, acme):
        [row] = found["by_subject"]
        assert (row["entered"], row["contained"], row["escalated"]) == (2, 1, 1)
        assert (row["by_asked"], row["containment"]) == (1, 0.5)


def rates(chat: steps.Chat, score: int, comment: str = "") -> None:
    url = steps.for_customers(chat, "rating")
    body = {"score": score, "comment": comment}
    answer = steps.customer_of(chat).post(url, body, format="json")
    assert answer.status_code < 300, answer.content


def test_ratings_and_what_customers_wrote(
    day: Clockwork,
    acme: Organisation,
    alice: Agent,
    ada: Agent,
    sam: Agent,
    direct: EntryPoint,
    support: Queue,
) -> None:
    chats = [steps.in_wrap_up(alice, direct) for _ in range(2)]
    rates(chats[0], 5, "Thank you, =Alice")
    rates(chats[1], 2)

    for found in both(ada, "ratings", day, acme):
        assert by_name(found, "rating") == {"Alice": 3.5}
        assert by_name(found, "score_5") == {"Alice": 1}
        assert found["totals"]["ratings"] == 2
        [comment] = found["comments"]
        assert comment["comment"] == "Thank you, =Alice"
        assert comment["contact"] == str(chats[0].id)
        assert comment["agent"] == {"id": alice.pk, "display_name": "Alice"}
        assert comment["queue"] == {"id": support.pk, "name": "Support"}
    for name in ("queues", "agents"):
        assert report(ada, name, since="2026-03-02")["totals"]["rating"] == 3.5

    sam.teams.set([TeamFactory.create(organisation=acme)])
    unseen = report(sam, "ratings", since="2026-03-02")
    assert (unseen["comments"], unseen["totals"]["ratings"]) == ([], 0)


def test_a_changed_rating_counts_where_the_first_one_did(
    day: Clockwork, acme: Organisation, alice: Agent, ada: Agent, direct: EntryPoint
) -> None:
    chat = steps.in_wrap_up(alice, direct)
    rates(chat, 1)
    day.moves(seconds=6 * 3600)
    roll(acme, day.now)
    rates(chat, 4)
    day.moves(seconds=3600)
    roll(acme, day.now)

    found = report(ada, "ratings", since="2026-03-02")

    [row] = found["rows"]
    assert row["start"] == "2026-03-02T12:00:00+00:00"
    assert (row["rating"], row["score_1"], row["score_4"]) == (4.0, 0, 1)


def test_where_contacts_came_from_and_how_they_ended(
    day: Clockwork, acme: Organisation, alice: Agent, ada: Agent, direct: EntryPoint
) -> None:
    page = {"url": "https://shop.example/cart?x=1", "title": "Cart"}
    ended = steps.connected(alice, direct, page=page)
    steps.say(ended, "4111 1111 1111 1111")
    steps.end(alice, ended)
    steps.leave(steps.open_chat(direct))

    for found in both(ada, "contacts", day, acme):
        assert by_name(found, "opened") == {
            "Chat · Direct": 1,
            "Chat · Direct · shop.example": 1,
        }
        assert by_name(found, "ended_agent_ended")["Chat · Direct · shop.example"] == 1
        assert by_name(found, "ended_abandoned")["Chat · Direct"] == 1
        totals = found["totals"]
        assert (totals["ended"], totals["masked_messages"]) == (2, 1)


def test_who_comes_while_it_is_counted_counts_the_next_time(
    day: Clockwork, acme: Organisation, ada: Agent, support: Queue
) -> None:
    came: list[str] = []

    def comes(execute: Any, sql: str, *rest: Any) -> Any:
        if not came and '"contacts_message"' in sql:
            came.append(sql)
            late = ContactFactory.create(
                organisation=acme, queue=support, opened_at=NOON
            )
            MessageFactory.create(contact=late, masked=True, created_at=NOON)
            ContactEventFactory.create(
                contact=late, code=ContactEventCode.FILE_BLOCKED, at=NOON
            )
            Miss.objects.create(contact=late, at=NOON, after_seq=0, last_seq=1)
        return execute(sql, *rest)

    with connection.execute_wrapper(comes):
        found = report(ada, "contacts", since="2026-03-02")
    assert came
    assert (found["totals"]["opened"], found["totals"]["masked_messages"]) == (0, 0)

    found = report(ada, "contacts", since="2026-03-02")
    assert (found["totals"]["opened"], found["totals"]["masked_messages"]) == (1, 1)
    assert found["totals"]["blocked_files"] == 1
