"""Measures the router and the lateness of RONA: `python -m bench.routing`.

See docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench import services
from tests import machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Size:
    """How much of everything a run measures."""

    agents: Sequence[int]
    waiting: Sequence[int]
    repeats: int  # decisions that are timed one by one
    decisions: int  # of all routers together, in a round
    rounds: int
    offers: int  # that are not answered
    spreads: Sequence[float]  # seconds over which their deadlines are spread


FULL = Size((10, 100, 1000), (100, 1000, 10_000), 40, 2000, 3, 500, (35, 0))
QUICK = Size((2, 4), (10, 20), 2, 40, 1, 4, (1, 0))


def main(arguments: list[str] | None = None) -> int:
    """Run the bench. Return the exit code: 0 if the router was right every time."""
    options = _parser().parse_args(arguments)
    size = QUICK if options.quick else FULL
    with services.running(services.POSTGRESQL) as folder:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True
        )
        import django

        django.setup()
        report = _measure(size, folder)
    sys.stdout.write(_tables(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.routing", description=__doc__
    )
    parser.add_argument("--quick", action="store_true", help="a few of everything")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    return parser


def _measure(size: Size, folder: Path) -> dict[str, Rows]:
    from django.db import connection

    from bench import decisions, lateness, routers, servers, skills

    report: dict[str, Rows] = {}
    # First what needs processes that end with this one: connections bring threads.
    with servers.timers(folder):
        found = lateness.measure(offers=size.offers, spreads=size.spreads)
        report["lateness"] = _collect(row.as_row() for row in found)
    rounds = routers.measure(
        folder,
        machine.postgresql(),
        decisions=size.decisions,
        rounds=size.rounds,
    )
    report["routers"] = _collect(row.as_row() for row in rounds)
    cells = decisions.measure(size.agents, size.waiting, size.repeats)
    report["decisions"] = _collect(row.as_row() for row in cells)
    cells_of_skills = skills.measure(size.agents, size.waiting, size.repeats)
    report["skills"] = _collect(row.as_row() for row in cells_of_skills)
    connection.close()
    return report


def _collect(rows: Iterable[dict[str, Any]]) -> Rows:
    """Return the rows, and say each as it comes."""
    collected = []
    for row in rows:
        collected.append(row)
        sys.stderr.write(f"{row}\n")
    return collected


def _tables(report: dict[str, Rows]) -> str:
    tables = [
        _table(
            ["agents", "waiting", "queries", "p50, ms", "p99, ms", "burst, offers/s"],
            [
                [
                    *(row["agents"], row["waiting"], row["queries"]),
                    *(f"{row[name] * 1000:.1f}" for name in ("p50", "p99")),
                    f"{row['burst']:.0f}",
                ]
                for row in report["decisions"]
            ],
        ),
        _table(
            [
                *("agents", "waiting", "queries", "plain, ms", "skills, ms"),
                *("ratio", "nobody fits, ms"),
            ],
            [
                [
                    *(row["agents"], row["waiting"], row["queries"]),
                    *(f"{row[name] * 1000:.1f}" for name in ("plain", "skilled")),
                    *(f"{row['ratio']:.2f}", f"{row['nobody'] * 1000:.1f}"),
                ]
                for row in report["skills"]
            ],
        ),
        _table(
            ["organisations", "decisions/s", "claims/s", "ratio"],
            _medians(report["routers"]),
        ),
        _table(
            ["offers", "deadlines over, s", "late p50, s", "p99, s", "last, s"],
            [
                [
                    *(row["offers"], row["spread"]),
                    *(f"{row[name]:.2f}" for name in ("p50", "p99", "last")),
                ]
                for row in report["lateness"]
            ],
        ),
    ]
    return "\n".join(tables)


def _medians(rounds: Rows) -> list[list[Any]]:
    """Return a line per number of organisations: the medians of its rounds."""
    lines = []
    for organisations in sorted({row["organisations"] for row in rounds}):
        mine = [row for row in rounds if row["organisations"] == organisations]
        decisions, claims, ratio = (
            median(row[name] for row in mine)
            for name in ("decisions", "claims", "ratio")
        )
        lines.append(
            [organisations, f"{decisions:.0f}", f"{claims:.0f}", f"{ratio:.3f}"]
        )
    return lines


def _table(heads: list[str], rows: list[list[Any]]) -> str:
    lines = [heads, ["---:"] * len(heads), *rows]
    text = "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
    return f"\n{text}\n"


if __name__ == "__main__":
    sys.exit(main())
