"""Card numbers in a text, however they are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING

from screening import luhn
from screening.brands import LONGEST, MAIN, RANGES, SHORTEST, brand_of
from screening.characters import SEPARATORS, copy_of, digits_at_most
from screening.findings import Finding, Number
from screening.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

CARD = "card"
# Digits with little between them: the whole of a number, of several, or of none.
CHAIN = re.compile(f"[0-9](?:[{re.escape(SEPARATORS)}]{{0,8}}+[0-9])*+")
GROUPS = re.compile("([0-9]+)")
FIRST = itemgetter(0)
SHORTEST_RUN = 7  # digits in equal groups, before a shorter one
ALONE = 13  # digits in one piece are a number by themselves
# How cards print their numbers: so they are found among other groups of digits, and
# whatever stands between the groups.
PRINTED = ((4, 4, 4, 4), (4, 6, 5), (4, 6, 4))
# More than a person would choose by chance, if nothing else stands around.
USUAL = (*PRINTED, (4, 4, 5), (4, 4, 4), (4, 3, 3, 3), (6, 13), (4, 4, 4, 7))
PRINTED_ON_ONE_LINE = ("", " ", "-")


@dataclass(frozen=True, slots=True)
class Chain:
    """Groups of digits: their sizes and places in a plain text, what stands between."""

    plain: str
    groups: tuple[tuple[int, int], ...]
    sizes: tuple[int, ...]
    between: tuple[str, ...]
    # All digits, and how many of them stand before each group.
    joined: str
    before: tuple[int, ...]

    def digits(self, first: int, last: int) -> str:
        return self.joined[self.before[first] : self.before[last]]

    def begins(self, place: int) -> str:
        start = self.groups[place][0]
        return self.plain[start : start + 4]

    def is_even(self, first: int, last: int) -> bool:
        """Whether the same stands between all of these groups."""
        return len(set(self.between[first : last - 1])) <= 1


def card_numbers(text: str, *, strict: bool = False) -> list[Finding]:
    """Return the card numbers of a text in their order; those that overlap as one.

    `strict` is for what machines have taken out of a file: no letter, digit or decimal
    point may touch a number, and only numbers in the groups that cards print may go
    across anything but a space or a dash.
    """
    if digits_at_most(text) < SHORTEST:
        return []
    copy = copy_of(text)
    found = cards_in(copy.plain, strict=strict)
    return [Finding(CARD, *copy.span(f.start, f.end), f.brand) for f in found]


def cards_in(plain: str, *, strict: bool = False) -> list[Finding]:
    """Return the card numbers of a plain copy, see `card_numbers`."""
    kept = Kept(plain)
    chains = list(_chains(plain))
    numbers = [n for chain in chains for n in _numbers(chain, strict=strict)]
    if not strict:
        numbers += _inside(chains)
    return _united(
        Finding(CARD, number.start, number.end, number.brand)
        for number in numbers
        if not kept.holds(number, strict=strict)
    )


def _chains(plain: str) -> Iterator[Chain]:
    for match in CHAIN.finditer(plain):
        if match.end() - match.start() < SHORTEST:
            continue
        # What stands between groups, and groups, in turn; nothing at either end.
        parts = GROUPS.split(match.group())
        groups, gaps = parts[1::2], parts[2:-1:2]
        sizes = tuple(map(len, groups))
        before = tuple(accumulate(sizes, initial=0))
        if before[-1] < SHORTEST:
            continue
        at = tuple(accumulate(map(len, parts), initial=match.start()))
        spans = tuple(zip(at[1::2], at[2::2], strict=False))
        signs = {gap: gap.strip() or gap[:1] for gap in set(gaps)}
        between = tuple(map(signs.__getitem__, gaps))
        yield Chain(plain, spans, sizes, between, "".join(groups), before)


def _numbers(chain: Chain, *, strict: bool) -> Iterator[Number]:
    """Give what is a card number by its groups, range, length and check digit."""
    for first, last in _candidates(chain, strict=strict):
        digits = chain.digits(first, last)
        if (brand := brand_of(digits)) and luhn.is_valid(digits):
            start, end = chain.groups[first][0], chain.groups[last - 1][1]
            yield Number(start, end, len(digits), brand)


def _candidates(chain: Chain, *, strict: bool) -> Iterator[tuple[int, int]]:
    """Give the ranges of whole groups that people would read as one number."""
    sizes = chain.sizes
    if _is_whole(chain, strict=strict):
        yield 0, len(sizes)
    is_of_groups = max(sizes) >= PRINTED[0][0]
    for place, size in enumerate(sizes if is_of_groups else ()):
        if ALONE <= size <= LONGEST:
            yield place, place + 1
        elif size == PRINTED[0][0] and chain.begins(place) in RANGES:
            for shape in PRINTED:
                if sizes[place : place + len(shape)] == shape:
                    yield place, place + len(shape)
    for first, last in _regular(chain):
        if not strict or _is_on_one_line(chain, first, last):
            yield first, last


def _is_whole(chain: Chain, *, strict: bool) -> bool:
    """Whether all groups of a chain may be one number."""
    total, number = sum(chain.sizes), len(chain.sizes)
    if not SHORTEST <= total <= LONGEST:
        return False
    if chain.sizes in PRINTED or number == 1:
        return True
    if strict and not _is_on_one_line(chain, 0, number):
        return False
    if chain.sizes in USUAL:
        return True
    is_main = brand_of(chain.digits(0, number)) in MAIN
    return is_main and total in {15, 16} and chain.is_even(0, number)


def _regular(chain: Chain) -> Iterator[tuple[int, int]]:
    """Give the runs of equal groups with the same between them, without and with a
    shorter group behind them."""
    sizes, between = chain.sizes, chain.between
    for first, last in _runs(sizes, between):
        total = sizes[first] * (last - first)
        if ALONE <= total <= LONGEST:
            yield first, last
        if (
            last < len(sizes)
            and sizes[last] < sizes[first]
            and between[last - 1] == between[first]
            and ALONE <= total + sizes[last] <= LONGEST
        ):
            yield first, last + 1


def _runs(sizes: Sequence[int], between: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give the longest runs of equal groups, the same between them, that may be most of
    a number."""
    first, size = 0, sizes[0]
    followers = zip((*sizes[1:], 0), (*between, ""), strict=True)
    for place, (next_size, sign) in enumerate(followers, 1):
        is_equal = next_size == size
        if is_equal and sign == between[first]:
            continue
        if place - first > 1 and (place - first) * size >= SHORTEST_RUN:
            yield first, place
        # Where only what stands between them changes, a group ends one and begins one.
        first = place - 1 if is_equal else place
        size = next_size


def _is_on_one_line(chain: Chain, first: int, last: int) -> bool:
    return all(text in PRINTED_ON_ONE_LINE for text in chain.between[first : last - 1])


def _inside(chains: Iterable[Chain]) -> Iterator[Number]:
    """Give the numbers inside of digits that are too many for one number."""
    pieces: list[str] = []
    at: list[int] = []
    for chain in chains:
        for first, last in _too_long(chain.sizes):
            pieces.append(chain.digits(first, last))
            groups = chain.groups[first:last]
            at += range(*groups[0]) if len(groups) == 1 else map(FIRST, groups)
            at.append(-1)
    if pieces:
        for start, end in luhn.windows(luhn.GAP.join(pieces)):
            yield Number(at[start], at[end - 1] + 1, end - start)


def _too_long(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give groups with more digits than a number has: in one piece, or one by one."""
    ones = 0
    for place, size in enumerate((*sizes, 0)):
        if size > LONGEST:
            yield place, place + 1
        if size == 1:
            ones += 1
        elif ones > LONGEST:
            yield place - ones, place
        if size != 1:
            ones = 0


def _united(findings: Iterable[Finding]) -> list[Finding]:
    found = sorted(findings, key=lambda finding: (finding.start, -finding.end))
    united: list[Finding] = []
    for finding in found:
        before = united[-1] if united else None
        if before is None or finding.start >= before.end:
            united.append(finding)
        elif finding.end > before.end:
            united[-1] = Finding(CARD, before.start, finding.end, before.brand)
    return united
