"""What people see of a text."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import text

if TYPE_CHECKING:
    from random import Random


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
        ("\u0130stanbul", "ISTANBUL"),
        ("ILGIN", "\u0131lg\u0131n"),
        ("Łukasz Sørensen", "lukasz sorensen"),
        ("Æsop", "AESOP"),
        ("O\u2019Brien", "o'brien"),
        ("\u1100\u1161", "\uac00"),
        ("\u0391\u0343\u03c3\u03c2", "\u03b1\u03a3\u03c3"),
    ],
)
def test_names_that_look_alike_are_folded_alike(one: str, other: str) -> None:
    assert text.folded(one) == text.folded(other)


def test_other_names_stay_others() -> None:
    assert text.folded("Alice") != text.folded("Alice B.")
    # A voiced sound is another one, no accent.
    assert text.folded("\u306f\u308b") != text.folded("\u3070\u308b")


@settings(max_examples=100)
@given(st.text())
def test_folding_twice_changes_nothing(anything: str) -> None:
    once = text.folded(anything)

    assert text.folded(once) == once


@settings(max_examples=100)
@given(st.text())
def test_composed_and_decomposed_are_one(anything: str) -> None:
    forms = {unicodedata.normalize(form, anything) for form in ("NFC", "NFD")}

    assert {text.folded(form) for form in forms} == {text.folded(anything)}


@settings(max_examples=100)
@given(st.text(st.characters(categories=["L", "N", "Zs"])))
def test_case_does_not_matter(anything: str) -> None:
    assert text.folded(anything.upper()) == text.folded(anything)
    assert text.folded(anything.lower()) == text.folded(anything)


@settings(max_examples=100)
@given(st.lists(st.text(min_size=1)), st.randoms())
def test_the_order_of_words_does_not_matter(words: list[str], random: Random) -> None:
    others = random.sample(words, len(words))

    assert set(text.words(" ".join(others))) == set(text.words(" ".join(words)))


def test_words_are_told_apart_by_spaces() -> None:
    assert text.words(" Ann\u00a0LEE ann ") == ["ann", "lee"]
