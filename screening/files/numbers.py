"""Card numbers in what files say.

Files are full of numbers that nobody wrote: geometry, codes of fonts, hashes. So no
letter, digit or decimal point may touch the digits, and only the usual groups of a
card (4-4-4-4, 4-6-5, 4-6-4) may stand in several cells or lines. What was read from a
magnetic stripe has letters beside the number, and its own form.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from screening.brands import brand_of
from screening.codes import STRIPES
from screening.luhn import is_valid

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST, LONGEST = 13, 19

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_UNUSUAL_DIGIT = re.compile(r"(?![0-9])\d")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")

_RUN = re.compile(rf"(?<![0-9])[0-9]{{{SHORTEST},{LONGEST}}}(?![0-9])")
_BETWEEN = r"(?:[ \-./_]{1,3}|[ ]*[\t\r\n\x07\x0b\x0c,;|]+[ ]*)"
_GROUPED = re.compile(
    rf"(?<![0-9])[0-9]{{4}}(?P<sep>{_BETWEEN})"
    rf"(?:(?P<six>[0-9]{{6}}){_BETWEEN}[0-9]{{4,5}}"
    rf"|[0-9]{{4}}{_BETWEEN}[0-9]{{4}}{_BETWEEN}[0-9]{{4}}"
    rf"(?:{_BETWEEN}[0-9]{{1,3}})?)(?![0-9])"
)
# Who writes groups of 4-6-5 and 4-6-4: American Express and Diners Club alone.
_OF_SIX = re.compile(r"3[47][0-9]{13}$|3(?:0[0-5]|095|[689])[0-9]+$")
_FOUR_BEFORE = re.compile(rf"(?<![0-9A-Z])(?=[A-Z]*[0-9])[0-9A-Z]{{4}}{_BETWEEN}$")
_FOURS_AFTER = re.compile(rf"(?:{_BETWEEN}[0-9]{{4}}(?![0-9])){{2}}")
_LAST_GROUP = re.compile(rf"{_BETWEEN}[0-9]{{1,3}}$")
_CANDIDATE = re.compile(rb"[0-9](?:[\x00 \-./_\t\r\n\x07\x0b\x0c,;|]{0,7}[0-9]){12,30}")
BESIDE = 12  # bytes on both sides of a candidate that are looked at, too
STRIPE = 300  # bytes behind the number that a magnetic stripe's track may have
_TRACK = re.compile(rb"\x00?[\^=Dd]")


def has_card(text: str) -> bool:
    """Whether a card number stands in the text."""
    plain = _plain(text)
    return any(map(is_card, _runs(plain))) or any(map(is_card, _groups(plain)))


def has_card_in_bytes(content: bytes) -> bool:
    """Whether a card number stands in bytes of which nobody knows what they are: in
    any encoding that has ASCII in it, or in UTF-16."""
    for match in _CANDIDATE.finditer(content):
        is_track = _TRACK.match(content, match.end())
        end = match.end() + (STRIPE if is_track else BESIDE)
        piece = content[max(0, match.start() - BESIDE) : end]
        if has_card(piece.decode("latin-1")):
            return True
        if b"\x00" in piece and has_card(piece.replace(b"\x00", b"").decode("latin-1")):
            return True
    return False


def is_card(digits: str) -> bool:
    """Whether an issuer gives such numbers, and the check digit is right (ISO 7812)."""
    return bool(brand_of(digits)) and is_valid(digits)


def _plain(text: str) -> str:
    """Return the text with digits, dashes and spaces in their plainest form."""
    if text.isascii():
        return text
    text = _SPACES.sub(" ", _DASHES.sub("-", _INVISIBLE.sub("", text)))
    return _UNUSUAL_DIGIT.sub(lambda m: str(unicodedata.decimal(m[0])), text)


def _runs(text: str) -> Iterator[str]:
    for match in _RUN.finditer(text):
        is_touched = _is_touched(text, match.start(), match.end())
        if not is_touched or _is_of_a_stripe(text, match):
            yield match[0]


def _is_of_a_stripe(text: str, match: re.Match[str]) -> bool:
    """Whether this is the number of a track, as ISO/IEC 7813 has it."""
    first, second = STRIPES
    if first.match(text, max(0, match.start() - 1)):
        return True
    before = text[max(0, match.start() - 1) : match.start()]
    return not _is_alphanumeric(before) and bool(second.match(text, match.start()))


def _groups(text: str) -> Iterator[str]:
    """Yield the digits of what is grouped as a card's are."""
    position = 0
    while match := _GROUPED.search(text, position):
        position = match.start() + 1
        if _is_touched(text, match.start(), match.end()) or _is_of_a_table(text, match):
            continue
        digits = _digits(match[0])
        if match["six"] and not _OF_SIX.match(digits):
            continue
        yield digits
        # The last group may be something else, such as the code on the back.
        if shorter := _LAST_GROUP.sub("", match[0]):
            yield _digits(shorter)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _is_touched(text: str, start: int, end: int) -> bool:
    """Whether a letter, a digit or a decimal point touches this part of the text."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if _is_alphanumeric(before[-1:]) or _is_alphanumeric(after[:1]):
        return True
    is_fraction = before[-1:] == "." and not before[:1].isalpha()
    return is_fraction or (after[:1] == "." and after[1:].isdigit())


def _is_alphanumeric(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _is_of_a_table(text: str, match: re.Match[str]) -> bool:
    """Whether these are some of many numbers in a row or column, or an IBAN's."""
    if match["sep"] == "-":
        return False
    before = text[max(0, match.start() - BESIDE) : match.start()]
    return bool(_FOUR_BEFORE.search(before) or _FOURS_AFTER.match(text, match.end()))
