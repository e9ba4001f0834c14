"""Reports as files: streamed, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Agent
from reports import asking, rows
from reports.models import QueueSums, Rolled, Span
from reports.quarters import number
from tests import steps
from tests.factories import ContactFactory
from tests.reports.asked import ask
from tests.reports.pages import waits

if TYPE_CHECKING:
    from agents.models import Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_file_has_the_rows_and_no_formula(
    clockwork: Clockwork, alice: Agent, ada: Agent, direct: EntryPoint, support: Queue
) -> None:
    clockwork.moves_to(NOON)
    support.name = "=SUM(A1)"
    support.save(update_fields=["name"])
    steps.connected(alice, direct)

    answer = ask(ada, "queues", export="csv")

    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == (
        'attachment; filename="queues-2026-03-02.csv"'
    )
    [row] = read(b"".join(answer.streaming_content).decode())
    assert row["start"] == "2026-03-02T12:00:00+00:00"
    assert (row["queue_id"], row["queue"]) == (str(support.pk), "'=SUM(A1)")
    assert (row["offered"], row["service_level"]) == ("1", "1.0")
    assert row["rating"] == ""


def test_a_file_that_cannot_be_is_refused(ada: Agent, alice: Agent) -> None:
    assert ask(ada, "queues", export="pdf").status_code == 400
    assert ask(alice, "queues", export="csv").status_code == 403
    decade = {"since": "2016-01-01", "until": "2025-12-31", "interval": "15m"}
    assert ask(ada, "queues", export="csv", **decade).status_code == 400


def test_a_part_of_a_file_is_in_memory_at_a_time(
    clockwork: Clockwork, acme: Organisation, ada: Agent, support: Queue
) -> None:
    """Sixty days of quarters, each with something."""
    clockwork.moves_to(NOON)
    first, last = number(NOON - timedelta(days=60)), number(NOON)
    QueueSums.objects.bulk_create(
        QueueSums(
            organisation=acme,
            span=Span.QUARTER,
            quarter=quarter,
            queue=support.pk,
            offered=1,
        )
        for quarter in range(first, last)
    )
    Rolled.objects.create(
        organisation=acme, until=last, days_until=first, timezone="UTC"
    )
    since = (NOON - timedelta(days=60)).isoformat()
    parameters = {"since": since, "interval": "15m", "export": "csv"}
    question = asking.parse(ada, "queues", parameters)

    parts = list(rows.csv_lines(ada, question))

    assert len(parts) > 60
    assert max(map(len, parts)) < 20_000
    found = read("".join(parts))
    assert len(found) == last - first
    assert [row["start"] for row in found] == sorted(row["start"] for row in found)


def test_a_file_counts_what_is_not_rolled_up_once(
    clockwork: Clockwork, ada: Agent, support: Queue
) -> None:
    clockwork.moves_to(NOON)
    waits(support, NOON.replace(hour=9))

    with CaptureQueriesContext(connection) as asked:
        answer = ask(ada, "queues", export="csv")
        [row] = read(b"".join(answer.streaming_content).decode())

    assert row["offered"] == "1"
    assert sum('FROM "contacts_queuevisit"' in each["sql"] for each in asked) == 1


@pytest.mark.parametrize("export", [{}, {"export": "csv"}])
def test_what_is_still_being_counted_is_said(
    clockwork: Clockwork,
    acme: Organisation,
    ada: Agent,
    support: Queue,
    export: dict[str, str],
) -> None:
    clockwork.moves_to(NOON)
    long_ago = NOON - timedelta(days=20)
    ContactFactory.create(
        organisation=acme, queue=support, opened_at=long_ago, ended=True
    )

    answer = ask(ada, "queues", since="2026-02-01", interval="day", **export)

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "still being counted" in answer.json()["detail"]
