"""What people see of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import text


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        " \t\n\u3000",
        "\u200b",
        "\u2060\ufeff",
        "\u3164\uffa0\u115f",
        "\u2800",
        "\ufe0f",
        "\U000e0041",
        "\x00\x1b",
    ],
)
def test_what_nobody_sees_is_blank(nothing: str) -> None:
    assert text.is_blank(nothing)
    assert text.one_line(nothing) == ""


@pytest.mark.parametrize(
    "something", ["a", "0", ".", "é", "字", "👩\u200d👧", "❤\ufe0f", "\u0627"]
)
def test_what_people_see_is_not(something: str) -> None:
    assert not text.is_blank(f"\u200b{something}\u200b")
    assert text.one_line(something) == something


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alice", "ALICE"),
        ("Zoe\u0301", "zoé"),
        ("Zoe", "Zoé"),
        ("Straße", "STRASSE"),
        ("Alice", "A\u200blice"),
        ("Ann  Lee", "\u00a0Ann Lee "),
        ("\uff21lice", "Alice"),
    ],
)
def test_names_that_look_alike_are_folded_alike(one: str, other: str) -> None:
    assert text.folded(one) == text.folded(other)


def test_other_names_stay_others() -> None:
    assert text.folded("Alice") != text.folded("Alice B.")


@given(st.text())
def test_folding_twice_changes_nothing(anything: str) -> None:
    once = text.folded(anything)

    assert text.folded(once) == once
