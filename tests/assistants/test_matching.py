"""What a text means to a scripted assistant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistants.matching import Match, match

INTENTS = [
    ["opening hours", "when are you open"],
    ["delivery", "where is my order"],
    ["où est ma commande"],
    ["don't know"],
    ["营业时间"],
    ["доставка"],
    ["नमस्ते"],
    ["مرحبا"],
    ["👍"],
    ["24 hours"],
    ["bill"],
    ["deliverx"],
]


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("Opening hours", 0),
        ("what are your OPENING-HOURS?!", 0),
        ("…so, when are you open, please", 0),
        ("\uff4f\uff50\uff45\uff4e\uff49\uff4e\uff47 hours", 0),  # in full width
        ("ou est ma commande", 2),
        ("OÙ EST MA COMMANDE", 2),
        ("I dont know", 3),
        ("I don\u2019t know", 3),
        ("你们的营业时间是什么", 4),
        ("Доставка!", 5),
        ("नमस्ते जी", 6),
        ("مَرْحَبًا", 7),
        ("👍🏽", 8),
        ("open 24 hours?", 9),
    ],
)
def test_case_accents_punctuation_and_script_do_not_matter(
    text: str, position: int
) -> None:
    assert match(text, INTENTS) == Match(position, 100)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("opning hours", 0),
        ("openign hours", 0),
        ("opening hourss", 0),
        ("where is my ordre", 1),
        ("доставку", 5),
    ],
)
def test_a_slip_in_a_longer_word_may_pass(text: str, position: int) -> None:
    found = match(text, INTENTS)

    assert found is not None
    assert found.position == position
    assert 0 < found.score < 100


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?!",
        "hours opening",  # the order counts
        "opening the hours",  # so does what stands between
        "reopening hours",  # whole words
        "42 hours",  # a number has no slips
        "will",  # nor has a short word
        "营业",
        "opxxing hours",
    ],
)
def test_what_is_not_meant_is_a_miss(text: str) -> None:
    assert match(text, INTENTS) is None


def test_the_first_intent_in_order_wins() -> None:
    assert match("delivery or bill", [["bill"], ["delivery"]]) == Match(0, 100)


def test_an_exact_phrase_beats_a_slip_in_an_earlier_one() -> None:
    assert match("deliverx", INTENTS) == Match(11, 100)


def test_a_phrase_without_words_means_nothing() -> None:
    assert match("hello?", [["?"], ["...", ""], []]) is None


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
PHRASES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(phrase=PHRASES, before=PHRASES, after=PHRASES)
def test_a_phrase_is_found_wherever_it_stands(
    phrase: str, before: str, after: str
) -> None:
    found = match(f"{before}, {phrase}! {after}", [[phrase]])

    assert found == Match(0, 100) or match(phrase, [[phrase]]) is None


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), phrases=st.lists(st.text(max_size=40), max_size=5))
def test_any_text_has_an_answer(text: str, phrases: list[str]) -> None:
    found = match(text, [phrases])

    assert found is None or (found.position == 0 and 0 < found.score <= 100)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), word=st.text("abcdefghij", min_size=5, max_size=20))
def test_one_letter_may_be_missing(data: st.DataObject, word: str) -> None:
    at = data.draw(st.integers(0, len(word) - 1))

    assert match(word[:at] + word[at + 1 :], [[word]]) is not None
