"""What looks like a card number and is none, by what stands around it."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from screening import iban
from screening.brands import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from screening.findings import Number

HEX = "[0-9a-f]"
# Identifiers with letters among their digits.
IDENTIFIER = re.compile(
    rf"(?<![0-9a-z])(?:{HEX}{{8}}(?:-{HEX}{{4}}){{3}}-{HEX}{{12}}|{HEX}{{32,}}"
    r"|1z[0-9a-z]{16}|j[jv]?d[0-9]{16,20})(?![0-9a-z])",
    re.IGNORECASE,
)
LETTER = re.compile("[a-z]", re.IGNORECASE)
# A number with a fraction: of one to three digits, a point, and many more.
FRACTION = re.compile(
    r"(?<![\d.])\d{1,3}\.\d{7,}(?!\.?\d)|(?<![\d,])\d{1,3},\d{7,}(?!,?\d)"
)
PHONE = re.compile(r"\+ ?\(?\d(?:[ \-./()]{0,2}\d){6,14}(?![ \-./]?\d)")
LONGEST_PHONE_BY_SIGHT = 13
# Tracking numbers of the postal service of the United States, of FedEx, and the
# shipping container codes (SSCC) of DHL and others.
LONG = re.compile(r"\d(?: ?\d){19,}+")
TRACKING = re.compile(
    r"(?:420\d{5}(?:\d{4})?)?9[1-5]\d{18}(?:\d{2})?|7[0-3]\d{18}|96\d{20}|96\d{32}"
    r"|61\d{18}|00\d{18}"
)
EAN = 13  # digits of the numbers that goods carry
NEAR = 32  # characters before a number in which a word says what it is
GOODS = re.compile(
    r"\b(?:ean|gtin|upc|isbn|barcode|strichcode|штрих-?код)", re.IGNORECASE
)
PARCEL = re.compile(
    r"\b(?:tracking|parcel|shipment|consignment|waybill|sendung|paket|fedex|ups|usps|dhl"
    r"|dpd|gls|hermes)",
    re.IGNORECASE,
)


class Kept:
    """The parts of one text that stay as they are."""

    def __init__(self, text: str) -> None:
        self._text = text

    def holds(self, number: Number, *, strict: bool) -> bool:
        """Whether these digits of the text are something else than a card's number."""
        start, end = number.start, number.end
        if strict and self._is_touched(start, end):
            return True
        return self._is_inside(start, end) or self._is_named(number)

    def _is_touched(self, start: int, end: int) -> bool:
        before, after = self._text[max(0, start - 2) : start], self._text[end : end + 2]
        if before[-1:].isalnum() or after[:1].isalnum():
            return True
        return _is_point(before[::-1]) or _is_point(after)

    def _is_inside(self, start: int, end: int) -> bool:
        place = bisect_right(self._starts, start) - 1
        return place >= 0 and end <= self._reach[place]

    def _is_named(self, number: Number) -> bool:
        """Whether a word before the number says what else it is."""
        if number.brand == "visa" and number.length == EAN:
            return _is_near(self._goods, number.start)
        usual = {15} if number.brand == "amex" else {16, 19}
        is_likely = number.brand in MAIN and number.length in usual
        if is_likely or not number.brand:
            return False
        return _is_near(self._parcels, number.start)

    @cached_property
    def _goods(self) -> list[int]:
        return [match.end() for match in GOODS.finditer(self._text)]

    @cached_property
    def _parcels(self) -> list[int]:
        return [match.end() for match in PARCEL.finditer(self._text)]

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return sorted(_spans(self._text))

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self._spans]

    @cached_property
    def _reach(self) -> list[int]:
        """Per span how far it and those before it go."""
        reach, furthest = [], 0
        for _, end in self._spans:
            furthest = max(furthest, end)
            reach.append(furthest)
        return reach


def _is_near(words: list[int], start: int) -> bool:
    """Whether one of the words ends shortly before this place."""
    place = bisect_right(words, start) - 1
    return place >= 0 and start - words[place] <= NEAR


def _is_point(two: str) -> bool:
    return two[:1] in {".", ","} and two[1:].isdigit()


def _spans(text: str) -> Iterator[tuple[int, int]]:
    if LETTER.search(text):
        yield from iban.spans(text)
        for match in IDENTIFIER.finditer(text):
            if LETTER.search(match[0]):
                yield match.span()
    if "." in text or "," in text:
        for match in FRACTION.finditer(text):
            yield match.span()
    if "+" in text:
        for match in PHONE.finditer(text):
            if _is_phone(match[0]):
                yield match.span()
    for match in LONG.finditer(text):
        if TRACKING.fullmatch(match[0].replace(" ", "")):
            yield match.span()


def _is_phone(written: str) -> bool:
    digits = "".join(c for c in written if c.isdigit())
    if len(digits) <= LONGEST_PHONE_BY_SIGHT:
        return True
    import phonenumbers  # 60 ms that hardly a text needs

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse("+" + digits))
    except phonenumbers.NumberParseException:
        return False
