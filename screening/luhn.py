"""Check digits of card numbers (ISO/IEC 7812-1): of one number, and of all windows."""

from __future__ import annotations

from functools import reduce
from itertools import accumulate
from operator import or_
from typing import TYPE_CHECKING

from screening.brands import LONGEST, RANGES, brand_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GAP = ":"  # between digits that do not belong together
DIGITS = b"0123456789"
PLAIN = bytes.maketrans(DIGITS + b":", bytes([*range(10), 0]))
DOUBLED = bytes.maketrans(DIGITS + b":", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9, 0]))
SHORTEST_WINDOW = 13
# Per value what makes a string of ones and zeros: where it stands, and where not.
ONLY = [bytes(b"01"[byte == value] for byte in range(256)) for value in range(256)]


def _beginnings(length: int) -> dict[str, frozenset[str]]:
    """Return the first digits of card numbers of a length, and their second ones."""
    pairs = {
        four[:2]
        for four, ranges in RANGES.items()
        if any(length in known.lengths for known in ranges)
    }
    return {
        first: frozenset(pair[1] for pair in pairs if pair[0] == first)
        for first in {pair[0] for pair in pairs}
    }


BEGINNINGS = {
    length: _beginnings(length) for length in range(LONGEST, SHORTEST_WINDOW - 1, -1)
}


# The first four digits that are enough to know that a brand has numbers of a length.
CERTAIN = {
    length: frozenset(
        four
        for four, ranges in RANGES.items()
        for known in ranges
        if length in known.lengths
        and known.low <= f"{four}00" <= f"{four}99" <= known.high
    )
    for length in BEGINNINGS
}


def is_valid(digits: str) -> bool:
    """Whether the last digit checks the others."""
    backwards = digits[::-1].encode()
    total = sum(backwards[::2].translate(PLAIN))
    return (total + sum(backwards[1::2].translate(DOUBLED))) % 10 == 0


def windows(digits: str) -> Iterator[tuple[int, int]]:
    """Give start and end of what windows of 13 to 19 digits cover that are card numbers
    by range, length and check digit; those that overlap as one; none with a GAP."""
    ends: dict[int, int] = {}
    has_gaps = GAP in digits
    for length, starts in _checking(digits.encode()):
        certain = CERTAIN[length]
        for start in _ones(starts):
            if start in ends:
                continue
            end = start + length
            if has_gaps and digits.find(GAP, start, end) >= 0:
                continue
            if digits[start : start + 4] in certain or brand_of(digits[start:end]):
                ends[start] = end
    begin = reach = -1
    for start, end in sorted(ends.items()):
        if start >= reach:
            if reach > 0:
                yield begin, reach
            begin = start
        reach = max(reach, end)
    if reach > 0:
        yield begin, reach


def _checking(raw: bytes) -> Iterator[tuple[int, int]]:
    """Give per length, longest first, the starts of windows that check, as bits.

    A window checks if the sums before it and up to its end have the same last digit. A
    whole number of as many bits as there are digits compares all of them at once, so
    that the time is that of the length of the text.
    """
    sums = [_sums(raw, odd) for odd in (0, 1)]
    places = [[_bits(line, value) for value in range(10)] for line in sums]
    at = {chr(digit): _bits(raw, digit) for digit in DIGITS}
    even = int("01" * (len(raw) // 2 + 1), 2)
    for length, beginnings in BEGINNINGS.items():
        found = 0
        for odd in (0, 1):
            # The last digit of a window is not doubled: it has this parity.
            parity = even if (length - 1 - odd) % 2 == 0 else even << 1
            found |= parity & reduce(or_, (p & p >> length for p in places[odd]))
        yield length, found & _beginning(at, beginnings)


def _beginning(at: Mapping[str, int], pairs: Mapping[str, frozenset[str]]) -> int:
    """Return where a card number may begin, by its first two digits."""
    return reduce(
        or_,
        (
            at[first] & reduce(or_, (at[second] for second in seconds)) >> 1
            for first, seconds in pairs.items()
        ),
        0,
    )


def _sums(raw: bytes, odd: int) -> bytes:
    """Return the last digit of the sum before each place, where the digits at places of
    this parity are not doubled."""
    values = bytearray(raw.translate(DOUBLED))
    values[odd::2] = raw.translate(PLAIN)[odd::2]
    # Without a step of Python for each of them.
    return bytes(map((10).__rmod__, accumulate(values, initial=0)))


def _bits(line: bytes, value: int) -> int:
    return int(line.translate(ONLY[value])[::-1], 2)


def _ones(bits: int) -> Iterator[int]:
    line = f"{bits:b}"[::-1]
    place = line.find("1")
    while place >= 0:
        yield place
        place = line.find("1", place + 1)
