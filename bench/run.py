"""Measures everything that has a gate, and writes the table: `python -m bench.run`.

Each bench runs by itself, with a database of its own; docs/performance.md tells what
each measures, and gets the table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Report = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
PARTS = ("django", "uvicorn", "psycopg", "redis")

CHAT = ["--rounds", "3", "--seconds", "5"]
QUICK_CHAT = ["--rounds", "1", "--seconds", "2", "--warm-up", "1"]


@dataclass(frozen=True)
class Bench:
    """A module to run, with its arguments; what a quick run has in their place."""

    module: str
    full: list[str]
    quick: list[str]


BENCHES = {
    "50 chats": Bench("bench.chat", CHAT, QUICK_CHAT),
    "200 chats": Bench(
        "bench.chat",
        [*CHAT, "--chats", "200", "--idle", "0"],
        [*QUICK_CHAT, "--chats", "200", "--idle", "0"],
    ),
    "SQLite": Bench(
        "bench.chat",
        [*CHAT, "--database", "sqlite", "--rate", "0", "--idle", "0"],
        [*QUICK_CHAT, "--database", "sqlite", "--rate", "0", "--idle", "0"],
    ),
    "routing": Bench("bench.routing", [], ["--quick"]),
    "storm": Bench("bench.storm", [], ["--quick"]),
}


@dataclass(frozen=True)
class Row:
    """A measure: of which bench, the figure in its report, the gate and the goal; a
    `rate` is better the higher it is."""

    title: str
    bench: str
    figure: Callable[[Report], float]
    gate: float
    goal: float
    unit: str = "x T"
    is_rate: bool = False

    def verdict(self, value: float) -> str:
        for name, bound in (("goal", self.goal), ("gate", self.gate)):
            if (value >= bound) if self.is_rate else (value <= bound):
                return name
        return "missed"


def _ratio(name: str) -> Callable[[Report], float]:
    return lambda report: float(report["ratios"][name]["T"])


def _faults(report: Report) -> float:
    return float(sum(report["faults"]["product"].values()))


def _claims(organisations: int) -> Callable[[Report], float]:
    def ratio(report: Report) -> float:
        found = [
            row["ratio"]
            for row in report["routers"]
            if row["organisations"] == organisations
        ]
        return float(sorted(found)[len(found) // 2])

    return ratio


ROWS = (
    Row(
        "stored, acknowledged messages/s, 50 chats, PostgreSQL",
        "50 chats",
        _ratio("loop throughput"),
        gate=2.0,
        goal=4.0,
        is_rate=True,
    ),
    Row(
        "the same, 200 chats",
        "200 chats",
        _ratio("loop throughput"),
        gate=3.0,
        goal=6.0,
        is_rate=True,
    ),
    Row(
        "the same, SQLite",
        "SQLite",
        _ratio("loop throughput"),
        gate=1.5,
        goal=3.0,
        is_rate=True,
    ),
    Row(
        "p99 delivery, 200 chats x 1 message/s",
        "200 chats",
        _ratio("rate delivery p99"),
        gate=2.5,
        goal=1.3,
    ),
    Row(
        "p50 delivery, the same load",
        "200 chats",
        _ratio("rate delivery p50"),
        gate=3.5,
        goal=2.0,
    ),
    Row(
        "server CPU per message, closed loop",
        "50 chats",
        _ratio("loop cpu"),
        gate=0.8,
        goal=0.4,
    ),
    Row(
        "p99 delivery, 50 chats x 1 message/s, a query of 200 ms a second beside",
        "50 chats",
        _ratio("slow delivery p99"),
        gate=0.25,
        goal=0.08,
    ),
    Row(
        "lost, doubled, out of order",
        "50 chats",
        _faults,
        gate=0,
        goal=0,
        unit="",
    ),
    Row("memory of an idle socket", "50 chats", _ratio("memory"), gate=1.5, goal=1.0),
    Row(
        "sockets set up/s",
        "50 chats",
        _ratio("set-up"),
        gate=0.4,
        goal=1.0,
        is_rate=True,
    ),
    Row(
        "routing, 4 workers in one organisation",
        "routing",
        _claims(1),
        gate=0.05,
        goal=0.15,
        unit="x pgbench",
        is_rate=True,
    ),
    Row(
        "all back after a killed web process",
        "storm",
        lambda report: float(report["welcome, last, s"]),
        gate=40,
        goal=20,
        unit="s",
    ),
)


def main() -> int:
    """Run all benches. Return 0 if every gate holds."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="a little of everything, nothing written")
    add("--only", choices=list(BENCHES), action="append")
    options = parser.parse_args()
    wanted = options.only or list(BENCHES)
    reports = {name: _report(BENCHES[name], quick=options.quick) for name in wanted}
    measured = table(reports)
    sys.stdout.write(f"{measured}\n")
    if not (options.quick or options.only):
        _write(measured)
    return int("missed" in measured)


def _report(bench: Bench, *, quick: bool) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        arguments = bench.quick if quick else bench.full
        command = [sys.executable, "-m", bench.module, *arguments, "--json", str(path)]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
        report: Report = json.loads(path.read_text())
        return report


def table(reports: Mapping[str, Report]) -> str:
    lines = [
        "| Measure | Now | Gate | Goal | |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for row in ROWS:
        if row.bench in reports:
            value = row.figure(reports[row.bench])
            bounds = (value, row.gate, row.goal)
            cells = (f"{bound:.3g} {row.unit}".strip() for bound in bounds)
            lines.append(
                f"| {row.title} | {' | '.join(cells)} | {row.verdict(value)} |"
            )
    parts = ", ".join(f"{name} {version(name)}" for name in PARTS)
    today, python = time.strftime("%Y-%m-%d"), platform.python_version()
    end = f"Measured on {today}: {os.cpu_count()} cores, Python {python}, {parts}."
    return "\n".join([*lines, "", end])


def _write(measured: str) -> None:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{measured}\n{END}{after}")


if __name__ == "__main__":
    sys.exit(main())
