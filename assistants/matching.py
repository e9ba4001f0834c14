"""What a customer's text means to a scripted assistant: a pure rule on plain values.

A phrase is meant where its words stand in the text, whole and in this order, whatever
case, accents and punctuation; or nearly, with a slip of the keyboard in a longer word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from core import terms, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EXACT = 100
# Letters from which on a word may have one slip, and two.
ONE_SLIP, TWO_SLIPS = 5, 9
# Words in which slips are looked for: nobody types more in a hurry.
READ = 200
APOSTROPHE = "'"

Words = tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """Which of the intents is meant, and how sure that is: 100 for every word as it
    is, less for words with slips."""

    position: int
    score: int


def match(said: str, intents: Sequence[Iterable[str]]) -> Match | None:
    """Return the first intent, given by its phrases, that the text means: one of
    which a phrase stands in it as it is, else nearly."""
    spoken = _readings(said)
    known = [[_readings(phrase) for phrase in phrases] for phrases in intents]
    for position, phrases in enumerate(known):
        if any(_stands_in(phrase, spoken) for phrase in phrases):
            return Match(position, EXACT)
    nearly = _Nearly(spoken[0][:READ])
    for position, phrases in enumerate(known):
        score = max((nearly.score(phrase[0]) for phrase in phrases), default=0)
        if score:
            return Match(position, score)
    return None


# --- words ------------------------------------------------------------------------
def _readings(said: str) -> tuple[Words, Words]:
    """Return the words of a text, taking what an apostrophe divides for two words, and
    for one: people write "don't" and "dont", "l'heure" and "heure"."""
    folded = text.folded(said)
    divided = tuple(terms.split(folded))
    if APOSTROPHE not in folded:
        return divided, divided
    return divided, tuple(terms.split(folded.replace(APOSTROPHE, "")))


# --- as it is ---------------------------------------------------------------------
def _stands_in(phrase: tuple[Words, Words], spoken: tuple[Words, Words]) -> bool:
    return any(map(_contains, spoken, phrase))


def _contains(spoken: Words, phrase: Words) -> bool:
    return bool(phrase) and f" {' '.join(phrase)} " in f" {' '.join(spoken)} "


# --- nearly -----------------------------------------------------------------------
class _Nearly:
    """Finds phrases among the words of one text that may have slips."""

    def __init__(self, spoken: Words) -> None:
        self._spoken = spoken
        self._slips: dict[tuple[str, str], int | None] = {}

    def score(self, phrase: Words) -> int:
        """Return how much of the phrase stands in the text, in per cent of its letters;
        0 where a word of it does not."""
        places = range(len(self._spoken) - len(phrase) + 1) if phrase else ()
        found = [slips for start in places if (slips := self._at(start, phrase))]
        if not found:
            return 0
        letters = sum(map(len, phrase))
        return max(1, EXACT * (letters - min(found)) // letters)

    def _at(self, start: int, phrase: Words) -> int | None:
        """Return the number of slips with which the phrase stands at this place."""
        total = 0
        for offset, wanted in enumerate(phrase):
            slips = self._slips_in(self._spoken[start + offset], wanted)
            if slips is None:
                return None
            total += slips
        return total

    def _slips_in(self, spoken: str, wanted: str) -> int | None:
        """Return the number of slips that make one word of the other; None where they
        are too many, or would make another word of a short one or of a number."""
        if spoken == wanted:
            return 0
        pair = (spoken, wanted)
        if pair not in self._slips:
            self._slips[pair] = _slips(spoken, wanted)
        return self._slips[pair]


def _slips(spoken: str, wanted: str) -> int | None:
    allowed = (len(wanted) >= ONE_SLIP) + (len(wanted) >= TWO_SLIPS)
    has_digits = any(map(str.isdigit, spoken + wanted))
    if not allowed or has_digits or abs(len(spoken) - len(wanted)) > allowed:
        return None
    slips = OSA.distance(spoken, wanted, score_cutoff=allowed)
    return slips if slips <= allowed else None
