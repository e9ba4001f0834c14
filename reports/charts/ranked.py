"""Figures of subjects, one bar below the other: the largest first with a running share
(Pareto), or in an order of their own (a distribution)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.scales import BOX

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ROWS = 12


@dataclass(frozen=True)
class Share:
    """A subject and how much of the whole it has."""

    name: str
    value: float


@dataclass(frozen=True)
class Ranked:
    """A bar: its width of BOX, its share and the share of all up to it (0-1). `rest`:
    of how many subjects together, where it is of more than one."""

    name: str
    value: float
    width: float
    share: float
    running: float
    rest: int = 0

    @property
    def running_at(self) -> float:
        return round(BOX * self.running, 1)


def pareto(shares: Sequence[Share]) -> list[Ranked]:
    """Return the largest first, each with the share of all down to it; the smallest
    are one bar where they are many."""
    ordered = sorted(
        (share for share in shares if share.value),
        key=lambda share: (-share.value, share.name),
    )
    rest = ordered[MOST_ROWS:]
    rows = _ranked(ordered[:MOST_ROWS], sum(share.value for share in ordered))
    if rest:
        whole = sum(share.value for share in ordered)
        value = sum(share.value for share in rest)
        # It may be wider than the largest, which would be too wide for the box.
        width = min(1, value / ordered[0].value)
        rows.append(Ranked("", value, _of_box(width), value / whole, 1, rest=len(rest)))
    return rows


def distribution(shares: Sequence[Share]) -> list[Ranked]:
    """Return each as it comes, those without anything, too."""
    return _ranked(shares, sum(share.value for share in shares))


def _ranked(shares: Sequence[Share], whole: float) -> list[Ranked]:
    most = max((share.value for share in shares), default=0)
    rows, running = [], 0.0
    for share in shares:
        running += share.value
        rows.append(
            Ranked(
                share.name,
                share.value,
                _of_box(share.value / most if most else 0),
                share.value / whole if whole else 0,
                running / whole if whole else 0,
            )
        )
    return rows


def _of_box(share: float) -> float:
    return round(BOX * share, 1)
