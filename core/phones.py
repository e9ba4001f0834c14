"""Telephone numbers: which ones are equal, which ones can be called, and the countries
that national ones are read in."""

from __future__ import annotations

import re
import unicodedata
from importlib import util
from pathlib import Path

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from core import text

# What stands before an extension where libphonenumber does not know the word.
EXTENSION = re.compile(r"\b(?:durchwahl|nebenstelle|apparat|klappe|app|dw)\b\.?:?")
ENDING = re.compile(r"[\s,;]*(?:ext|x)\W*\d{1,7}$")
PUNCTUATION = re.compile(r"[+0-9()\[\]./\s-]+")
# How many digits a number may have where nobody knows its country.
FEWEST, MOST = 4, 15
# How many digits a search needs, to be one for a number.
FEWEST_SEARCHED = 3
DISSOLVED = {"AN"}


def _countries_of_the_library() -> set[str]:
    """Return the codes of all countries (ISO 3166).

    Not by an import: the package around it loads the names of all towns of the world,
    100 MB in each process, and nobody asks for them.
    """
    folder = Path(phonenumbers.__file__).parent / "geodata"
    spec = util.spec_from_file_location(
        "phonenumbers.countries.locale", folder / "locale.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return set(module.LOCALE_DATA)


COUNTRIES = frozenset(_countries_of_the_library()) - DISSOLVED


def key_of(phone: str, country: str) -> str:
    """Return what equal numbers have in common: their E.164 form, where it can be
    known, without an extension; else their digits. `country` may be ""."""
    return _international(phone, country) or digits_of(phone)


def digits_of(phone: str) -> str:
    """Return the digits, whatever alphabet they are written in."""
    numbers = (unicodedata.decimal(each, None) for each in phone)
    return "".join(str(number) for number in numbers if number is not None)


def can_be_called(phone: str, country: str) -> bool:
    """Whether there may be such a number; a national one is believed where nobody knows
    the country."""
    if _international(phone, country):
        return True
    plain = _plain(phone)
    is_national = not country and not plain.startswith("+")
    return (
        is_national
        and PUNCTUATION.fullmatch(plain) is not None
        and FEWEST <= len(digits_of(plain)) <= MOST
    )


def spellings(phone: str, country: str) -> tuple[str, ...]:
    """Return how somebody may write the number to find it, without its spaces."""
    international = _international(phone, country)
    if not international:
        return (digits_of(phone),)
    number = phonenumbers.parse(international)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return international, digits_of(national)


def searched(asked: str, country: str) -> tuple[str, ...]:
    """Return by which of its spellings a number is looked for, or by a part of one;
    none where the words are no number."""
    plain = ENDING.sub("", _plain(asked))
    digits = digits_of(plain)
    if len(digits) < FEWEST_SEARCHED or not PUNCTUATION.fullmatch(plain):
        return ()
    return digits, key_of(plain, country)


def _plain(phone: str) -> str:
    """Return the number as the library reads it best."""
    return EXTENSION.sub("ext", text.folded(phone))


def _international(phone: str, country: str) -> str:
    """Return the E.164 form, or "" where there is none."""
    plain = _plain(phone)
    found = _e164(plain, country)
    if not found and plain.startswith("00"):
        # The prefix that most countries dial abroad with, also where this one does not.
        found = _e164(f"+{plain[2:]}", "")
    return found


def _e164(plain: str, country: str) -> str:
    try:
        number = phonenumbers.parse(plain, country or None)
    except NumberParseException:
        return ""
    reason = phonenumbers.is_possible_number_with_reason(number)
    # One without its area code would be equal to those of other towns.
    if reason != ValidationResult.IS_POSSIBLE:
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
