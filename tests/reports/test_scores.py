"""Scores of reviews in the report of agents, beside a plain count of the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import mean
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Role
from reports.models import Review
from tests import cast
from tests.factories import ContactFactory, QueueFactory, ReviewFactory, TeamFactory
from tests.reports.asked import report, roll, totals

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import Queue
    from tests.clockwork import Clockwork

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 30, 12, tzinfo=UTC)  # clocks went forward the day before
SPAN = {"since": "2026-03-28", "until": "2026-03-31", "interval": "day"}


@pytest.fixture
def now(clockwork: Clockwork, acme: Organisation) -> datetime:
    acme.timezone = "Europe/Berlin"
    acme.save(update_fields=["timezone"])
    clockwork.moves_to(NOON)
    return NOON


def given(agent: Agent, by: Agent, queue: Queue, at: datetime, total: float) -> Review:
    contact = ContactFactory.create(
        organisation=queue.organisation,
        queue=queue,
        ended=True,
        opened_at=at - timedelta(days=9),
    )
    return ReviewFactory.create(
        contact=contact, agent=agent, reviewer=by, created_at=at, total=total
    )


@pytest.fixture
def reviews(
    now: datetime, alice: Agent, bob: Agent, sam: Agent, support: Queue
) -> list[Review]:
    """Reviews of three days, some around midnight in Berlin."""
    return [
        given(agent, sam, support, now - timedelta(hours=hours), total)
        for agent, hours, total in [
            (alice, 1, 4.33),
            (alice, 13, 2.0),
            (alice, 14.5, 5.0),
            (bob, 15, 3.67),
            (bob, 38, 1.5),
            (alice, 38.1, 3.0),
            (alice, 300, 1.0),
        ]
    ]


def plainly(reviews: list[Review]) -> dict[tuple[str, str], float]:
    """Return the mean by day of Berlin and agent."""
    found: dict[tuple[str, str], list[float]] = {}
    for each in reviews:
        day = f"{each.created_at.astimezone(BERLIN):%Y-%m-%d}"
        found.setdefault((day, each.agent.display_name), []).append(each.total)
    return {place: round(mean(totals), 4) for place, totals in found.items()}


def test_scores_count_when_they_were_given(
    reviews: list[Review], ada: Agent, acme: Organisation, now: datetime
) -> None:
    roll(acme, now)

    answer = report(ada, "agents", **SPAN)

    shown = {
        (row["start"][:10], row["agent"]["display_name"]): round(row["score"], 4)
        for row in answer["rows"]
        if row["score"] is not None
    }
    assert shown == plainly(reviews[:-1])
    inside = [each.total for each in reviews[:-1]]
    assert answer["totals"]["score"] == pytest.approx(mean(inside), abs=0.001)
    [column] = [each for each in answer["columns"] if each["name"] == "score"]
    assert column["unit"] == "score"


def test_a_change_counts_at_once(
    reviews: list[Review], ada: Agent, acme: Organisation, now: datetime
) -> None:
    roll(acme, now)
    Review.objects.exclude(pk=reviews[0].pk).delete()

    assert totals(ada, "agents", **SPAN)["score"] == 4.33
    Review.objects.update(total=2)
    assert totals(ada, "agents", **SPAN)["score"] == 2.0
    Review.objects.all().delete()
    assert totals(ada, "agents", **SPAN)["score"] is None


def test_scores_are_narrowed_as_other_figures_are(
    reviews: list[Review], ada: Agent, bob: Agent, support: Queue, acme: Organisation
) -> None:
    other = QueueFactory.create(organisation=acme)

    assert totals(ada, "agents", agent=bob.pk, **SPAN)["score"] == pytest.approx(
        mean([3.67, 1.5]), abs=0.001
    )
    assert totals(ada, "agents", queue=support.pk, **SPAN)["score"] is not None
    assert totals(ada, "agents", queue=other.pk, **SPAN)["score"] is None


def test_only_who_oversees_sees_scores(
    reviews: list[Review], acme: Organisation, greta: Agent
) -> None:
    team = TeamFactory.create(organisation=acme, name="Second line")
    sol = cast.person("Sol", acme, role=Role.SUPERVISOR, teams=[team])

    for viewer in (sol, greta):
        assert totals(viewer, "agents", **SPAN)["score"] is None


def test_scores_cost_one_query(
    reviews: list[Review], ada: Agent, alice: Agent, sam: Agent, support: Queue
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            report(ada, "agents", **SPAN)
        return len(asked)

    few = queries()
    for minutes in range(30):
        at = NOON - timedelta(minutes=minutes)
        given(alice, sam, support, at, 3)

    assert queries() <= few
