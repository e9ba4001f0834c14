"""Screens texts: finds sensitive data and masks it. Text in, text and findings out."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from screening import codes, personal
from screening.brands import SHORTEST
from screening.cards import CARD, card_numbers, cards_in
from screening.characters import SEPARATORS, copy_of, digits_at_most
from screening.findings import Finding, Screened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = [
    "CARD",
    "DETECTORS",
    "Finding",
    "Screened",
    "card_numbers",
    "screen",
    "screen_parts",
]

DETECTORS = (CARD, codes.CODE, *personal.DETECTORS)
FEWEST_DIGITS = 3  # that any detector but that of e-mail addresses looks at
SHOWN = 4  # digits at the end of a number
HIDDEN = "*"
ENTIRELY = {codes.CODE, codes.TRACK}
EMAIL, HIDDEN_EMAIL = "email", "**@**"
NO_SIGN = re.compile(r"[\W_]+")
AT_SIGNS = frozenset("@\uff20\ufe6b")
JOINT = "\n"
AT_BEGINNING = re.compile(f"[{re.escape(SEPARATORS)}]{{0,7}}[0-9]")
AT_END = re.compile(f"[0-9][{re.escape(SEPARATORS)}]{{0,7}}$")


def screen(
    text: str, *, detectors: Collection[str] = (CARD,), country: str = ""
) -> Screened:
    """Return the text with what the detectors find masked; cards are always looked for.

    `country` (ISO 3166, two letters) is the one that national phone numbers belong to.
    """
    findings = _findings(text, detectors, country)
    if not findings:
        return Screened(text)
    return Screened(_masked(text, findings, 0, len(text)), tuple(findings))


def screen_parts(
    parts: Sequence[str], *, detectors: Collection[str] = (CARD,), country: str = ""
) -> list[Screened]:
    """Return texts that were written one after the other, each as `screen` does, with
    numbers masked that go from one text to the next; places are those in all of them,
    with a line break between two."""
    text = JOINT.join(parts)
    findings = _findings(text, detectors, country)
    screened, start = [], 0
    for part in parts:
        end = start + len(part)
        mine = [found for found in findings if found.start < end and start < found.end]
        shown = _masked(text, mine, start, end) if mine else part
        screened.append(Screened(shown, tuple(mine)))
        start = end + len(JOINT)
    return screened


def may_hold(text: str) -> bool:
    """Whether there is anything in a text that a detector looks at."""
    return digits_at_most(text) > 0 or not AT_SIGNS.isdisjoint(text)


def may_continue(text: str) -> bool:
    """Whether a number may go on in this text that began in one before."""
    return AT_BEGINNING.match(copy_of(text[:16]).plain) is not None


def may_go_on(text: str) -> bool:
    """Whether a number in this text may go on in the next."""
    return AT_END.search(copy_of(text[-16:]).plain) is not None


def _findings(text: str, detectors: Collection[str], country: str) -> list[Finding]:
    """Return what was found in the order of the text; of two at one place the first."""
    fewest = FEWEST_DIGITS if set(detectors) - {CARD} else SHORTEST
    if digits_at_most(text) < fewest and EMAIL not in detectors:
        return []
    copy = copy_of(text)
    cards = cards_in(copy.plain) if digits_at_most(text) >= SHORTEST else []
    found: list[Finding] = []
    if cards:
        found += codes.tracks(copy.plain, cards)
        found += cards
        found += codes.codes_behind(copy.plain, cards)
    if cards or codes.CODE in detectors:
        found += codes.named_codes(copy.plain)
    for name, find in personal.DETECTORS.items():
        if name in detectors:
            found += find(copy.plain, country)
    return [
        Finding(one.detector, *copy.span(one.start, one.end), one.brand)
        for one in _apart(found)
    ]


def _apart(found: Iterable[Finding]) -> list[Finding]:
    """Return the findings in the order of their places; where two overlap, the first of
    the list."""
    apart: list[Finding] = []
    starts: list[int] = []
    for one in found:
        place = bisect_left(starts, one.start)
        is_free = place == 0 or apart[place - 1].end <= one.start
        if is_free and (place == len(apart) or one.end <= apart[place].start):
            apart.insert(place, one)
            starts.insert(place, one.start)
    return apart


def _masked(text: str, findings: Iterable[Finding], start: int, end: int) -> str:
    """Return the text between two places, with the findings masked."""
    shown: list[str] = []
    place = start
    for found in findings:
        begin, stop = max(found.start, start), min(found.end, end)
        shown += text[place:begin], _instead(text, found, begin, stop)
        place = stop
    shown.append(text[place:end])
    return "".join(shown)


def _instead(text: str, found: Finding, begin: int, stop: int) -> str:
    """Return what is shown instead of a finding's part: of a number its last four
    digits, of what else belongs to a card nothing."""
    if found.detector == EMAIL:
        return HIDDEN_EMAIL
    signs = _signs(text[begin:stop])
    shown = 0 if found.detector in ENTIRELY else SHOWN
    if stop < found.end:
        shown -= len(_signs(text[stop : found.end]))
    hidden = max(0, len(signs) - max(0, shown))
    return HIDDEN * hidden + signs[hidden:]


def _signs(written: str) -> str:
    plain = written if written.isascii() else copy_of(written).plain
    return NO_SIGN.sub("", plain)
