"""Digits of every script, what stands between them, and what nobody sees."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain

ASCII_DIGITS = "0123456789"
# Digits stand in the first two planes of Unicode; so do marks and formats, but for the
# tags and the selectors of variants.
PLANES = (range(0x80, 0x20000), range(0xE0000, 0xE01F0))
END_OF_FIRST_PLANE = 0xFFFF
SPACES = {"Zs", "Zl", "Zp"}
UNSEEN = {"Cf", "Mn", "Me"}
# Fillers and an empty Braille pattern count as letters and symbols, yet show nothing.
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
CONTROLS = "".join(map(chr, [*range(0x09), *range(0x0E, 0x20), 0x7F]))
DOTS = "\u2022\u2023\u2027\u2219\u22c5\u25cf\u30fb"
QUOTES = "\u2018\u2019\u02bc"
# What people put between the digits of one number, in a plain copy.
SEPARATORS = " \t\n\r\x0b\x0c-./\\_,;:|~*·'`\"()[]{}<>#=&"


def _table() -> dict[int, str | None]:
    """Return what other characters than those of ASCII mean between digits: a digit, a
    space, a dash, or nothing at all."""
    table: dict[int, str | None] = dict.fromkeys(map(ord, CONTROLS + BLANKS))
    for number in chain(*PLANES):
        character = chr(number)
        if (digit := unicodedata.digit(character, None)) is not None:
            table[number] = str(digit)
            continue
        category = unicodedata.category(character)
        if category in SPACES:
            table[number] = " "
        elif category == "Pd" or character == "\u2212":
            table[number] = "-"
        elif category in UNSEEN:
            table[number] = None
    for number in range(0xFF01, 0xFF5F):  # the full-width forms of ASCII
        table.setdefault(number, chr(number - 0xFEE0))
    table.update(dict.fromkeys(map(ord, DOTS), "·"))
    table.update(dict.fromkeys(map(ord, QUOTES), "'"))
    table[0x24EA] = table[0x24FF] = "0"
    return table


TABLE = _table()


OTHER_DIGITS = "".join(
    chr(number)
    for number, meaning in TABLE.items()
    if meaning in set(ASCII_DIGITS) and number <= END_OF_FIRST_PLANE
)
# A class with all the digits above would be slow, and there is little else in reach.
MAYBE_DIGIT = re.compile(f"[0-9{OTHER_DIGITS}\U00010000-\U0001ffff]")
CONTROL = re.compile(f"[{re.escape(CONTROLS)}]")


def digits_at_most(text: str) -> int:
    """Return a quick count of the digits in a text, or more."""
    if text.isascii():
        return sum(map(text.count, ASCII_DIGITS))
    return len(MAYBE_DIGIT.findall(text))


@dataclass(frozen=True, slots=True)
class Copy:
    """A text in plain characters, and where each of them stands in the original."""

    plain: str
    index: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        if self.index is None:
            return start, end
        return self.index[start], self.index[end - 1] + 1


def copy_of(text: str) -> Copy:
    """Return the text with plain digits, spaces and dashes, without what is unseen."""
    if text.isascii() and not CONTROL.search(text):
        return Copy(text)
    plain = text.translate(TABLE)
    if len(plain) == len(text):
        return Copy(plain)
    index = (i for i, c in enumerate(text) if TABLE.get(ord(c), c) is not None)
    return Copy(plain, tuple(index))
