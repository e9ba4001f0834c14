"""Measures reports over a year of contacts: `python -m bench.reports`.

It makes its own database with a million contacts, rolls them up, asks for each report
of the year by days and by weeks, and for the figures of queues from the rows, as the
floor counts them. See docs/reports.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.services import POSTGRESQL, running

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.archive import Archive
    from reports.answers import Answer

MANY, QUICK = 1_000_000, 50_000  # contacts
TIMES = 5  # a report is asked for
LIMIT = 1000  # ms

Row = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.reports", description=__doc__
    )
    parser.add_argument("--contacts", type=int, default=MANY)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} contacts")
    parser.add_argument("--agents", type=int, help="fewer than 200")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    with running(POSTGRESQL):
        contacts = QUICK if options.quick else options.contacts
        rows = _measure(contacts, options.agents)
    sys.stdout.write(_table(rows))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))
    return int(any(row["ms"] > LIMIT for row in rows if row["report"]))


def _measure(contacts: int, agents: int | None) -> list[Row]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench import archive
    from core import clock
    from reports.services import rolling

    call_command("migrate", verbosity=0)
    archive.AGENTS = agents or archive.AGENTS
    made = archive.make(contacts)
    began = time.monotonic()
    rolling.roll(organisation_id=made.organisation.pk, now=clock.now())
    _say(f"{contacts:,} contacts were rolled up in {time.monotonic() - began:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    rows = [*_reports(made), _raw(made)]
    _export(made)
    connection.close()
    return rows


def _reports(made: Archive) -> list[Row]:
    from reports import asking, reading
    from reports.answers import Name

    made.administrator.refresh_from_db()
    rows = []
    for name in Name:
        for interval in ("day", "week"):
            asked = {"since": _year(), "interval": interval}
            question = asking.parse(made.administrator, name, asked)
            rows.append(
                _timed(
                    f"{name} by {interval}",
                    lambda question=question: _read(  # type: ignore[misc]
                        reading.answer(made.administrator, question)
                    ),
                    report=True,
                )
            )
    return rows


def _read(answer: Answer) -> None:
    """Have counted all that the page shows."""
    for part in ("by_start", "by_subject", "totals", "comments"):
        getattr(answer, part)


def _export(made: Archive) -> None:
    """Tell how a year of the agents by quarters of an hour is written to a file."""
    from reports import asking, rows

    asked = {"since": _year(), "interval": "15m", "export": "csv"}
    question = asking.parse(made.administrator, "agents", asked)
    before, began, lines = _memory(), time.monotonic(), 0
    for part in rows.csv_lines(made.administrator, question):
        lines += part.count("\n")
    _say(
        f"{lines:,} lines of agents by 15m were written in "
        f"{time.monotonic() - began:.0f} s and {_memory() - before:.0f} MB more"
    )


def _memory() -> float:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _raw(made: Archive) -> Row:
    """Return how long the figures of queues take from the rows."""
    from datetime import UTC, datetime

    from supervision.figures import figures_of

    spans = {"year": datetime.fromisoformat(_year()).replace(tzinfo=UTC)}
    return _timed(
        "figures of queues from the rows",
        lambda: figures_of(made.organisation.pk, spans),
        report=False,
    )


def _year() -> str:
    """Return the day a year ago."""
    from datetime import timedelta

    from core import clock

    return f"{clock.now() - timedelta(days=364):%Y-%m-%d}"


def _timed(what: str, ask: Callable[[], Any], *, report: bool) -> Row:
    """Ask some times; return the middle time in milliseconds."""
    found = []
    for _ in range(TIMES):
        began = time.monotonic()
        ask()
        found.append((time.monotonic() - began) * 1000)
    row = {"what": what, "ms": sorted(found)[TIMES // 2], "report": report}
    _say(f"{what}: {row['ms']:.0f} ms")
    return row


def _table(rows: list[Row]) -> str:
    raw = next(row["ms"] for row in rows if not row["report"])
    lines = [
        "| of a year | ms | times faster than from the rows |",
        "| --- | ---: | ---: |",
    ]
    for row in rows:
        is_queues = row["what"].startswith("queues")
        faster = f"{raw / row['ms']:.0f}" if is_queues else ""
        lines.append(f"| {row['what']} | {row['ms']:.0f} | {faster} |")
    return "\n".join(lines) + "\n"


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
