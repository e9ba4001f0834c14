"""Figures of many rounds, and the table that compares them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PRODUCT = "product"
FAULTS = ("lost", "doubled", "reordered")


@dataclass(frozen=True)
class Measure:
    """A row of the table: the name of its figure, its title, how to show it."""

    name: str
    title: str
    scale: float = 1.0
    digits: int = 0


def _latencies(stage: str, title: str) -> list[Measure]:
    return [
        Measure(f"{stage} {kind} p{share}", f"{title}: {kind} p{share}, ms", 1e3, 1)
        for kind in ("delivery", "ack")
        for share in (50, 95, 99)
    ]


MEASURES = (
    Measure("loop throughput", "closed loop: messages/s"),
    Measure("loop cpu", "closed loop: server CPU/message, µs", 1e6),
    *_latencies("loop", "closed loop"),
    Measure("rate throughput", "fixed rate: messages/s"),
    Measure("rate cpu", "fixed rate: server CPU/message, µs", 1e6),
    *_latencies("rate", "fixed rate"),
    *_latencies("slow", "fixed rate, a query of 200 ms a second"),
    Measure("set-up", "sockets set up/s"),
    Measure("memory", "memory of an idle socket, KiB", 1 / 1024, 1),
)


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value that this share (percent) of the values does not exceed."""
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


@dataclass
class Results:
    """Per server the figures of each round, and the faults over all rounds."""

    rounds: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    faults: dict[str, dict[str, int]] = field(default_factory=dict)

    def add_round(self, figures: Mapping[str, dict[str, float]]) -> None:
        for server, values in figures.items():
            self.rounds.setdefault(server, []).append(values)

    def add_faults(self, server: str, counts: Mapping[str, int]) -> None:
        sums = self.faults.setdefault(server, dict.fromkeys(FAULTS, 0))
        for name, count in counts.items():
            sums[name] += count

    def median(self, server: str, name: str) -> float:
        return _median(values.get(name) for values in self.rounds[server])

    def ratio(self, yardstick: str, name: str) -> float:
        """Return the median over the rounds of product / yardstick."""
        pairs = zip(self.rounds[PRODUCT], self.rounds[yardstick], strict=True)
        return _median(
            ours[name] / theirs[name]
            for ours, theirs in pairs
            if name in ours and theirs.get(name)
        )

    def ratios(self) -> dict[str, dict[str, float]]:
        others = [server for server in self.rounds if server != PRODUCT]
        return {
            measure.name: {other: self.ratio(other, measure.name) for other in others}
            for measure in self._measured()
        }

    def table(self) -> str:
        """Return it as Markdown."""
        servers = list(self.rounds)
        others = [server for server in servers if server != PRODUCT]
        heads = ["", *servers, *(f"{PRODUCT}/{other}" for other in others)]
        rows = [heads, ["---", *["---:"] * (len(heads) - 1)]]
        for measure in self._measured():
            medians = (self.median(server, measure.name) for server in servers)
            ratios = (self.ratio(other, measure.name) for other in others)
            cells = [
                _shown(f"{value * measure.scale:,.{measure.digits}f}")
                for value in medians
            ]
            shown = [_shown(f"{ratio:.2f}") for ratio in ratios]
            rows.append([measure.title, *cells, *shown])
        for fault in FAULTS:
            counts = [str(self.faults[server][fault]) for server in servers]
            rows.append([fault, *counts, *[""] * len(others)])
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def _measured(self) -> list[Measure]:
        return [m for m in MEASURES if not math.isnan(self.median(PRODUCT, m.name))]


def _shown(figure: str) -> str:
    """Return nothing for what was not measured: the raw relay has no database."""
    return figure.replace("nan", "")


def _median(values: Iterable[float | None]) -> float:
    known = [v for v in values if v is not None and not math.isnan(v)]
    return median(known) if known else math.nan
