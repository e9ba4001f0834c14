"""The report of queues over REST: what is in it, by interval, and for whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.answers import Name
from reports.definitions import REPORTS
from tests import steps
from tests.factories import QueueFactory, TeamFactory
from tests.reports.asked import ask, report, roll, totals

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from wrapup.models import WrapUpCode

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def day(clockwork: Clockwork) -> Clockwork:
    """Noon in the organisation's (UTC) day."""
    clockwork.moves_to(NOON)
    return clockwork


@pytest.fixture
def chat(
    day: Clockwork, alice: Agent, direct: EntryPoint, resolved: WrapUpCode
) -> steps.Chat:
    """Alice has answered after 8 s, said something after 12 s and once more after the
    customer, and wrapped up."""
    steps.go_available(alice)
    chat = steps.open_chat(direct)
    day.moves(seconds=8)
    steps.accept(alice, chat)
    day.moves(seconds=12)
    steps.say(alice, "Good morning", to=chat)
    steps.say(chat, "Where is my parcel?")
    day.moves(seconds=10)
    steps.say(chat, "It was to come yesterday")
    day.moves(seconds=20)
    steps.say(alice, "It comes today", to=chat)
    steps.end(alice, chat)
    day.moves(seconds=10)
    steps.wrap_up(alice, chat, resolved)
    return chat


EXPECTED = {
    "offered": 1,
    "answered": 1,
    "abandoned": 0,
    "short_abandoned": 0,
    "timed_out": 0,
    "service_level": 1.0,
    "asa_seconds": 8.0,
    "handled": 1,
    "aht_seconds": 52.0,
    "first_response_seconds": 12.0,
    "average_response_seconds": 30.0,
    "rona": 0,
    "rona_rate": 0.0,
    "acceptance_rate": 1.0,
    "transfer_rate": 0.0,
    "conference_rate": 0.0,
    "contained": 0,
}


def test_an_answered_chat(
    day: Clockwork, chat: steps.Chat, ada: Agent, acme: Organisation, support: Queue
) -> None:
    """It shows at once, and as it was counted later."""
    live = report(ada, "queues")
    day.moves(seconds=3600)
    roll(acme, day.now)
    rolled = report(ada, "queues")

    for found in (live, rolled):
        assert {name: found["totals"][name] for name in EXPECTED} == EXPECTED
        [row] = found["rows"]
        assert row["start"] == "2026-03-02T12:00:00+00:00"
        assert row["queue"] == {"id": support.pk, "name": "Support"}
        assert row["aht_seconds"] == 52.0
        [about] = found["by_subject"]
        assert about["queue"] == row["queue"]
    assert len(live["by_start"]) == 13
    assert len(rolled["by_start"]) == 14
    names = [column["name"] for column in live["columns"]]
    assert list(live["totals"]) == names
    assert all(column["definition"] for column in live["columns"])


def test_days_are_those_of_the_organisation(
    day: Clockwork, chat: steps.Chat, ada: Agent, acme: Organisation
) -> None:
    acme.timezone = "Pacific/Auckland"  # thirteen hours ahead
    acme.save(update_fields=["timezone"])
    asked = {"since": "2026-03-02", "until": "2026-03-03", "interval": "day"}
    live = report(ada, "queues", **asked)
    day.moves(seconds=3600 * 13)
    roll(acme, day.now)

    for found in (live, report(ada, "queues", **asked)):
        starts = [(row["start"][:10], row["offered"]) for row in found["by_start"]]
        assert starts == [("2026-03-02", 0), ("2026-03-03", 1)]
        assert found["timezone"] == "Pacific/Auckland"
        assert found["since"] == "2026-03-02T00:00:00+13:00"


def test_each_counts_in_the_interval_in_which_it_happens(
    day: Clockwork,
    alice: Agent,
    ada: Agent,
    direct: EntryPoint,
    acme: Organisation,
    resolved: WrapUpCode,
) -> None:
    """Offered in one quarter, answered in the next, handled hours later."""
    day.moves_to(NOON - timedelta(seconds=4))
    chat = steps.open_chat(direct)
    steps.go_available(alice)
    day.moves(seconds=10)
    steps.accept(alice, chat)
    steps.end(alice, chat)
    day.moves(seconds=3600 * 2)
    roll(acme, day.now)
    steps.wrap_up(alice, chat, resolved)
    day.moves(seconds=3600)
    roll(acme, day.now)

    found = report(ada, "queues", interval="15m", since="2026-03-02T11:45")

    shown = {
        row["start"][11:16]: (row["offered"], row["answered"], row["handled"])
        for row in found["rows"]
    }
    assert shown == {"11:45": (1, 0, 0), "12:00": (0, 1, 0), "14:00": (0, 0, 1)}
    assert found["totals"]["aht_seconds"] == 7200.0


# --- who sees what ------------------------------------------------------------------
def test_supervisors_see_queues_of_their_teams(
    day: Clockwork,
    chat: steps.Chat,
    acme: Organisation,
    sam: Agent,
    ada: Agent,
    greta: Agent,
    alice: Agent,
    support: Queue,
) -> None:
    assert ask(alice, "queues").status_code == 403
    assert totals(sam, "queues")["offered"] == 1
    assert totals(greta, "queues")["offered"] == 0
    assert ask(greta, "queues", queue=support.pk).status_code == 404
    other = TeamFactory.create(organisation=acme)
    sam.teams.set([other])

    assert totals(sam, "queues")["offered"] == 0
    assert ask(sam, "queues", queue=support.pk).status_code == 404
    assert totals(ada, "queues", team=other.pk)["offered"] == 0


def test_of_one_queue_or_agent(
    day: Clockwork, chat: steps.Chat, acme: Organisation, ada: Agent, support: Queue
) -> None:
    empty = QueueFactory.create(organisation=acme)
    alice = chat.contact.assignments.get().agent

    assert totals(ada, "queues", queue=support.pk)["answered"] == 1
    assert totals(ada, "queues", queue=empty.pk)["answered"] == 0
    of_alice = totals(ada, "queues", agent=alice.pk)
    assert of_alice["handled"] == 1
    # Who waited did not wait for one agent.
    assert of_alice["offered"] is None


def test_a_queue_that_was_deactivated_is_named(
    day: Clockwork, chat: steps.Chat, ada: Agent, sam: Agent, support: Queue
) -> None:
    support.is_active = False
    support.save(update_fields=["is_active"])

    for viewer in (ada, sam):
        [row] = report(viewer, "queues")["by_subject"]
        assert row["queue"]["name"] == "Support"


# --- what is refused ------------------------------------------------------------------
def test_an_unknown_report(ada: Agent) -> None:
    assert ask(ada, "weather").status_code == 404


def test_ten_years_by_quarters(ada: Agent) -> None:
    decade = {"since": "2016-01-01", "until": "2025-12-31", "interval": "15m"}

    answer = ask(ada, "queues", **decade)

    assert answer.status_code == 400
    assert "3,000" in answer.json()["errors"]["interval"][0]


def test_an_organisation_in_which_nothing_has_happened(
    ada: Agent, acme: Organisation, clockwork: Clockwork
) -> None:
    year = {"since": "2025-01-01", "until": "2025-12-31", "interval": "week"}

    found = report(ada, "queues", **year)

    assert found["rows"] == []
    assert len(found["by_start"]) == 53
    assert found["totals"]["service_level"] is None


def test_it_costs_the_same_whatever_there_is(
    day: Clockwork, chat: steps.Chat, acme: Organisation, ada: Agent, alice: Agent
) -> None:
    client = steps.client_for(ada)

    def cost(name: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{steps.API}/reports/{name}/", {"since": "2026-03-01"})
        return len(captured)

    cost("queues")
    few = {name: cost(name) for name in ("queues", "agents")}
    day.moves(seconds=3600)
    roll(acme, day.now)
    for _ in range(3):
        queue = QueueFactory.create(organisation=acme, teams=[*alice.teams.all()])
        point = chat.contact.entry_point
        assert point is not None
        point.queue = queue
        point.save(update_fields=["queue"])
        steps.completed(alice, point)

    cost("queues")  # after an hour a presence is noted
    assert {name: cost(name) for name in few} == few
    assert max(few.values()) <= 34


@pytest.mark.parametrize("name", REPORTS)
def test_sums_are_added_by_the_database(
    day: Clockwork, chat: steps.Chat, acme: Organisation, ada: Agent, name: Name
) -> None:
    """A year of a large centre has a hundred thousand of them."""
    day.moves(seconds=3600)
    roll(acme, day.now)

    with CaptureQueriesContext(connection) as asked:
        report(ada, name, since="2026-03-01")

    read = [each["sql"] for each in asked if "sums" in each["sql"]]
    assert read
    for statement in read:
        assert "SUM(" in statement
        assert 'sums"."id"' not in statement
