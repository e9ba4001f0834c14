"""Texts with card numbers, and texts without, made from a seed."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import phonenumbers

from bench.prose import PROSE
from screening import iban, luhn
from screening.brands import BRANDS, SHORTEST, brand_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# What people put between groups of digits.
SEPARATORS = (
    " ", "-", ".", "/", "_", "\n", "\r\n", "\t", "  ", " - ", "\u00a0", "\u2003",
    "\u202f", "\u3000", "\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "\uff0d",
    "\u200b", "\u2060", "\u00ad", "\u200e", ", ", " / ", "\u00b7", "|", "\\", ":", "*",
)  # fmt: skip
ZEROS = {
    "ASCII": "0",
    "full-width": "\uff10",
    "Arabic-Indic": "\u0660",
    "Persian": "\u06f0",
    "Devanagari": "\u0966",
    "Bengali": "\u09e6",
    "Thai": "\u0e50",
    "bold": "\U0001d7ce",
    "monospace": "\U0001d7f6",
    "superscript": "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "subscript": "\u2080",
    "circled": "⓪①②③④⑤⑥⑦⑧⑨",
    "keycap": "",
}
GROUPINGS: dict[int, tuple[tuple[int, ...], ...]] = {
    12: ((12,), (4, 4, 4)),
    13: ((13,), (4, 4, 5), (4, 4, 4, 1), (4, 3, 3, 3)),
    14: ((14,), (4, 6, 4), (4, 4, 4, 2), (2,) * 7),
    15: ((15,), (4, 6, 5), (4, 4, 4, 3), (5, 5, 5), (3,) * 5),
    16: ((16,), (4, 4, 4, 4), (8, 8), (2,) * 8, (1,) * 16, (6, 6, 4)),
    17: ((17,), (4, 4, 4, 4, 1), (1,) * 17),
    18: ((18,), (4, 4, 4, 4, 2), (6, 6, 6), (3,) * 6),
    19: ((19,), (4, 4, 4, 4, 3), (6, 13), (1,) * 19),
}
# In groups of four these are a card number of sixteen digits and something behind it.
ENDING_LIKE_CODES = {17, 18, 19}
WRONG_LENGTHS = (
    ("4", (10, 11, 12, 14, 15, 17)),
    ("51", (9, 10, 11, 13, 17)),
    ("37", (13, 14, 16, 17, 18)),
    ("62", (11, 12, 13)),
)
AROUND = (
    "{}",
    "My card is {} thanks",
    "Karte:{}.",
    "({})",
    "x{}y",
    "№ {}!",
    "卡号{}。",
)
LONGER = ("0000{}9990", "12345678{}", "{}00000000")


@dataclass(frozen=True)
class Sample:
    """A text, and the last four digits of the card number in it."""

    text: str
    digits: str
    kind: str


def checked(digits: str) -> str:
    """Return the digits with the check digit of a card number behind them."""
    return next(
        digits + str(last) for last in range(10) if luhn.is_valid(f"{digits}{last}")
    )


def valid_numbers(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Give brand and number for each range and length there is."""
    for brand, lengths, beginnings in BRANDS:
        for beginning in beginnings.split():
            first, _, last = beginning.partition("-")
            for length in lengths:
                start = str(chance.randint(int(first), int(last or first)))
                yield brand, checked(_filled(chance, start, length - 1))


def _filled(chance: random.Random, start: str, length: int) -> str:
    return start + "".join(chance.choices("0123456789", k=length - len(start)))


def written(digits: str, grouping: Sequence[int], separator: str, script: str) -> str:
    ends = [0, *accumulate(grouping)]
    text = separator.join(digits[a:b] for a, b in pairwise(ends))
    return text if script == "ASCII" else text.translate(_script(script))


def _script(name: str) -> dict[int, str]:
    if name == "keycap":
        return {ord("0") + value: f"{value}\ufe0f\u20e3" for value in range(10)}
    zeros = ZEROS[name]
    every = zeros if len(zeros) > 1 else [chr(ord(zeros) + v) for v in range(10)]
    return {ord("0") + value: every[value] for value in range(10)}


def cards(seed: int, rounds: int) -> Iterator[Sample]:
    """Give valid numbers of every brand, range and length in every spelling."""
    chance = random.Random(seed)
    for _ in range(rounds):
        for brand, digits in valid_numbers(chance):
            for text in _spellings(chance, digits):
                around = chance.choice(AROUND)
                yield Sample(around.format(text), digits, brand)
            if len(digits) > SHORTEST:
                longer = chance.choice(LONGER).format(digits)
                yield Sample(f"ref {longer} end", digits, f"{brand} in longer")


def _spellings(chance: random.Random, digits: str) -> Iterator[str]:
    for grouping in GROUPINGS[len(digits)]:
        separators = SEPARATORS if len(grouping) > 1 else SEPARATORS[:1]
        for separator in separators:
            yield written(digits, grouping, separator, "ASCII")
    for script in ZEROS:
        grouping = chance.choice(GROUPINGS[len(digits)][:2])
        yield written(digits, grouping, chance.choice(" -"), script)


# --- what is no card number ---------------------------------------------------
def near_misses(seed: int, number: int) -> Iterator[str]:
    """Give numbers that fail by range, by length or by check digit, one piece and in
    groups of four."""
    chance = random.Random(seed)
    brands = [(brand, digits) for brand, digits in valid_numbers(chance)]
    for place in range(number):
        digits = (_wrong_check, _wrong_length, _wrong_range)[place % 3](chance, brands)
        fours = " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
        yield digits if place % 2 or len(digits) in ENDING_LIKE_CODES else fours


def _wrong_check(chance: random.Random, brands: Sequence[tuple[str, str]]) -> str:
    digits = chance.choice(brands)[1]
    return digits[:-1] + str((int(digits[-1]) + chance.randint(1, 9)) % 10)


def _wrong_length(chance: random.Random, _brands: object) -> str:
    start, lengths = chance.choice(WRONG_LENGTHS)
    while True:
        digits = checked(_filled(chance, start, chance.choice(lengths) - 1))
        if not brand_of(digits):
            return digits


def _wrong_range(chance: random.Random, _brands: object) -> str:
    while True:
        digits = checked(_filled(chance, chance.choice("0179"), chance.randint(11, 18)))
        if not brand_of(digits):
            return digits


def phones(chance: random.Random) -> str:
    """Return a number in E.164 or as people write it, of any country."""
    region = chance.choice(sorted(phonenumbers.SUPPORTED_REGIONS))
    kinds = (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE,
    )
    example = phonenumbers.example_number_for_type(region, chance.choice(kinds))
    if example is None:
        return "+4930901820"
    shape = chance.choice(
        [
            phonenumbers.PhoneNumberFormat.E164,
            phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        ]
    )
    changed = phonenumbers.format_number(example, shape)
    return changed[:-3] + f"{chance.randint(0, 999):03}"


def ibans(chance: random.Random) -> str:
    country = chance.choice(sorted(iban.LENGTHS))
    rest = "".join(chance.choices("0123456789", k=iban.LENGTHS[country] - 4))
    number = int((rest + country + "00").translate(iban.LETTERS))
    whole = f"{country}{98 - number % 97:02}{rest}"
    spaced = " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))
    return chance.choice([whole, spaced])


def uuids(chance: random.Random) -> str:
    made = uuid.UUID(int=chance.getrandbits(128), version=4)
    return chance.choice([str(made), str(made).upper(), made.hex])


def _moment(chance: random.Random) -> datetime:
    since = datetime(2001, 9, 10, tzinfo=UTC)
    return since + timedelta(microseconds=chance.randrange(30 * 365 * 86400 * 10**6))


def times(chance: random.Random) -> str:
    moment = _moment(chance)
    shapes = (
        "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%d %H:%M:%S", "%Y%m%dT%H%M%SZ", "%Y%m%d%H%M%S",
        "%d.%m.%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%Y%m%d-%H%M%S-%f", "%d-%m-%Y-%H-%M-%S",
    )  # fmt: skip
    return moment.strftime(chance.choice(shapes))


def epochs(chance: random.Random) -> str:
    micro = int(_moment(chance).timestamp() * 10**6)
    return str(chance.choice([micro // 10**6, micro // 1000, micro, micro * 1000]))


def coordinates(chance: random.Random) -> str:
    digits = chance.randint(4, 15)
    north, east = chance.uniform(-90, 90), chance.uniform(-180, 180)
    return f"{north:.{digits}f}{chance.choice([', ', ',', ' '])}{east:.{digits}f}"


def fractions(chance: random.Random) -> str:
    value = chance.random() * chance.choice([1, 10, 100])
    return chance.choice(
        [repr(value), f"{value:.17f}", f"{value:.13f}".replace(".", ",")]
    )


def parcels(chance: random.Random) -> str:
    """Return a tracking number of a big carrier."""

    def digits(count: int) -> str:
        return _filled(chance, "", count)

    letters = "".join(chance.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=6))
    return chance.choice(
        [
            f"1Z{letters}{digits(10)}",
            f"94{digits(20)}",
            f"9205 5{digits(3)} {digits(4)} {digits(4)} {digits(4)} {digits(2)}",
            f"4201234593{digits(20)}",
            f"70{digits(18)}",
            f"96{digits(20)}",
            f"JJD{digits(18)}",
            f"00{digits(18)}",
            f"7{digits(11)}",
            f"RR{digits(9)}DE",
            f"FedEx tracking {chance.choice('015678')}{digits(14)}",
            f"DPD parcel 0{digits(13)}",
        ]
    )


def prose(chance: random.Random) -> str:
    return chance.choice(PROSE)


KEPT: dict[str, Callable[[random.Random], str]] = {
    "E.164 numbers": phones,
    "IBANs": ibans,
    "UUIDs": uuids,
    "ISO times": times,
    "epoch times": epochs,
    "coordinates": coordinates,
    "fractions": fractions,
    "tracking numbers": parcels,
    "prose in ten languages": prose,
}


def kept(name: str, seed: int, number: int) -> Iterable[str]:
    """Give texts of a kind in which nothing is to be masked."""
    chance = random.Random(f"{seed} {name}")
    for place in range(number):
        text = KEPT[name](chance)
        yield text if place % 2 else f"It is {text}, thanks."
