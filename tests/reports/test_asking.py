"""What somebody asks of a report: times, intervals, whom it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from core.errors import Forbidden, NotFound
from reports import asking
from reports.answers import Interval, Name
from tests.factories import AgentFactory, QueueFactory, TeamFactory

if TYPE_CHECKING:
    from agents.models import Agent, Organisation, Team
    from queues.models import Queue
    from reports.answers import Question
    from tests.clockwork import Clockwork

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def berlin(acme: Organisation, clockwork: Clockwork) -> Organisation:
    """Acme works in Berlin, where it is one o'clock."""
    clockwork.moves_to(datetime(2026, 11, 30, 12, tzinfo=UTC))
    acme.timezone = "Europe/Berlin"
    acme.save(update_fields=["timezone"])
    return acme


def ask(viewer: Agent, **parameters: str) -> Question:
    viewer.refresh_from_db()
    return asking.parse(viewer, "queues", parameters)


def there(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=BERLIN)  # type: ignore[arg-type, misc]


def mistakes(viewer: Agent, **parameters: str) -> dict[str, Any]:
    with pytest.raises(asking.InvalidQuestion) as refusal:
        ask(viewer, **parameters)
    return refusal.value.errors or {}


# --- times --------------------------------------------------------------------------
def test_today_by_hours_is_meant_where_nothing_is_said(
    berlin: Organisation, ada: Agent
) -> None:
    found = ask(ada)

    assert found.name == Name.QUEUES
    assert (found.since, found.until) == (there(2026, 11, 30), there(2026, 12, 1))
    assert found.interval == Interval.HOUR


def test_a_day_as_the_end_is_meant_with_all_of_it(
    berlin: Organisation, ada: Agent
) -> None:
    found = ask(ada, since="2026-11-01", until="2026-11-30")

    assert (found.since, found.until) == (there(2026, 11, 1), there(2026, 12, 1))
    assert found.interval == Interval.DAY


@pytest.mark.parametrize(
    "text", ["2026-11-29T09:15", "2026-11-29T08:15Z", "2026-11-29T09:15 01:00"]
)
def test_a_time_is_the_zones_unless_it_has_an_offset(
    berlin: Organisation, ada: Agent, text: str
) -> None:
    assert ask(ada, since=text).since == there(2026, 11, 29, 9, 15)
    assert ask(ada, since="2026-11-28", until=text).until == there(2026, 11, 29, 9, 15)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("since", "yesterday"),
        ("since", "2026-02-30"),
        ("since", "2026-11-30T25:00"),
        ("since", "2026-11-30T09:07"),
        ("since", "1999-12-31"),
        ("until", "9999-12-31"),
        ("until", "0001-01-01"),
        ("until", "2026-11-30T00:00"),
        ("until", "2026-11-30\x00"),
        ("interval", "minute"),
        ("export", "pdf"),
        ("queue", "Support"),
        ("agent", "-1"),
        ("team", "\u0661"),
    ],
)
def test_what_cannot_be_right_is_said_with_its_field(
    berlin: Organisation, ada: Agent, field: str, text: str
) -> None:
    assert list(mistakes(ada, **{"since": "2026-11-30", field: text})) == [field]


def test_the_end_must_be_after_the_beginning(berlin: Organisation, ada: Agent) -> None:
    found = mistakes(ada, since="2026-11-30", until="2026-11-29")

    assert list(found) == ["until"]


def test_ten_years_by_quarters_are_too_many(berlin: Organisation, ada: Agent) -> None:
    decade = {"since": "2016-01-01", "until": "2025-12-31"}

    found = mistakes(ada, **decade, interval="15m")

    assert "3,000 intervals" in found["interval"][0]
    assert mistakes(ada, **decade, interval="15m", export="csv")
    assert ask(ada, **decade, interval="week").interval == Interval.WEEK


def test_a_file_may_have_a_year_by_quarters(berlin: Organisation, ada: Agent) -> None:
    year = {"since": "2025-01-01", "until": "2025-12-31", "interval": "15m"}

    assert mistakes(ada, **year)
    assert ask(ada, **year, export="csv").interval == Interval.QUARTER


# --- the time before ----------------------------------------------------------------
def test_before_whole_days_are_as_many(berlin: Organisation, ada: Agent) -> None:
    # The 29th of March has 23 hours.
    week = ask(ada, since="2026-03-30", until="2026-04-05")

    earlier = asking.before(week)

    assert (earlier.since, earlier.until) == (there(2026, 3, 23), there(2026, 3, 30))


def test_before_some_hours_are_as_many(berlin: Organisation, ada: Agent) -> None:
    hours = ask(ada, since="2026-03-29T06:00", until="2026-03-29T12:00")

    earlier = asking.before(hours)

    assert earlier.since == there(2026, 3, 28, 23)
    length = hours.since.astimezone(UTC) - earlier.since.astimezone(UTC)
    assert length == timedelta(hours=6)


# --- who sees what ------------------------------------------------------------------
def test_agents_see_no_reports(alice: Agent) -> None:
    with pytest.raises(Forbidden):
        ask(alice)


def test_a_report_that_there_is_not(ada: Agent) -> None:
    with pytest.raises(NotFound):
        asking.parse(ada, "weather", {})


def test_supervisors_ask_for_what_their_teams_serve(
    acme: Organisation, sam: Agent, alice: Agent, front_line: Team, support: Queue
) -> None:
    other = TeamFactory.create(organisation=acme)
    unseen = {
        "queue": QueueFactory.create(organisation=acme, teams=[other]).pk,
        "team": other.pk,
        "agent": AgentFactory.create(organisation=acme, teams=[other]).pk,
    }
    seen = {"queue": support.pk, "team": front_line.pk, "agent": alice.pk}

    for field, pk in seen.items():
        assert getattr(ask(sam, **{field: str(pk)}), field) == pk
    for field, pk in unseen.items():
        with pytest.raises(NotFound):
            ask(sam, **{field: str(pk)})


def test_administrators_ask_for_all_that_is_theirs(
    ada: Agent, greta: Agent, alice: Agent, front_line: Team, support: Queue
) -> None:
    alice.is_active = support.is_active = False
    alice.save(update_fields=["is_active"])
    support.save(update_fields=["is_active"])
    theirs = {"queue": support.pk, "team": front_line.pk, "agent": alice.pk}

    for field, pk in theirs.items():
        assert getattr(ask(ada, **{field: str(pk)}), field) == pk
        with pytest.raises(NotFound):
            ask(greta, **{field: str(pk)})
        with pytest.raises(NotFound):
            ask(ada, **{field: "9" * 5000})
