"""Figures in words, by language."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from reports.answers import Column, Unit
from reports.saying import NOTHING, change, said


def column(unit: Unit) -> Column:
    return Column("figure", "Figure", unit, "What it is.")


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (None, Unit.RATE, NOTHING),
        (0, Unit.COUNT, "0"),
        (1234567, Unit.COUNT, "1,234,567"),
        (2.5, Unit.COUNT, "2.5"),
        (0.8421, Unit.RATE, "84.2%"),
        (4.256, Unit.SCORE, "4.26"),
        (0.4, Unit.SECONDS, "0:00"),
        (65, Unit.SECONDS, "1:05"),
        (3599.6, Unit.SECONDS, "1 h 0 min"),
        (7380, Unit.SECONDS, "2 h 3 min"),
        (363600, Unit.SECONDS, "4 d 5 h"),
    ],
)
def test_figures_are_read_as_people_say_them(
    value: Any, unit: Unit, words: str
) -> None:
    assert said(value, unit) == words


def test_figures_are_written_as_the_language_does() -> None:
    with translation.override("de"):
        assert said(1234567, Unit.COUNT) == "1.234.567"
        assert said(4.256, Unit.SCORE) == "4,26"


@pytest.mark.parametrize(
    ("now", "before", "unit", "arrow", "words"),
    [
        (30, 20, Unit.COUNT, "▲", "50.0% more"),
        (10, 20, Unit.COUNT, "▼", "50.0% less"),
        (20, 20, Unit.COUNT, "→", "as before"),
        (3, 0, Unit.COUNT, "▲", "3 more"),
        (90, 60, Unit.SECONDS, "▲", "50.0% more"),
        (0.85, 0.80, Unit.RATE, "▲", "5.0 points more"),
        (0.79, 0.80, Unit.RATE, "▼", "1.0 point less"),
        (0.8001, 0.80, Unit.RATE, "→", "as before"),
        (4.5, 4.75, Unit.SCORE, "▼", "0.25 less"),
    ],
)
def test_a_change_is_told_in_words_and_by_an_arrow(
    now: float, before: float, unit: Unit, arrow: str, words: str
) -> None:
    found = change(now, before, column(unit))

    assert found is not None
    assert (found.arrow, found.words) == (arrow, words)


@pytest.mark.parametrize(("now", "before"), [(None, 1), (1, None), (None, None)])
def test_there_is_no_change_of_what_is_not_known(now: Any, before: Any) -> None:
    assert change(now, before, column(Unit.RATE)) is None
