"""Personal data beside cards: account numbers, social security, addresses, phones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from screening import iban
from screening.characters import digits_at_most
from screening.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Never given: areas 000, 666 and 900 to 999, group 00, serial 0000.
AREA, GROUP, SERIAL = r"(?!000|666|9)\d{3}", r"(?!00)\d{2}", r"(?!0000)\d{4}"
WRITTEN_SSN = re.compile(
    rf"(?<![\d\-]){AREA}(?P<mark>[ \-.]){GROUP}(?P=mark){SERIAL}(?![\d\-])"
)
NAMED_SSN = re.compile(
    rf"\b(?:ssn|social security)\D{{0,24}}(?P<number>{AREA}{GROUP}{SERIAL})(?!\d)",
    re.IGNORECASE,
)
# RFC 5321 without quotes, and the letters of all languages (RFC 6531).
LOCAL = r"[\w.!#$%&'*+/=?^`{|}~\-]"
EMAIL = re.compile(rf"(?<!{LOCAL}){LOCAL}++@(?:[\w\-]+\.)+[^\W\d_][\w\-]+")
FEWEST_DIGITS = 6  # of a phone number
TRIES = 100  # of what may be a phone number, and is none


def ibans(plain: str, _country: str) -> Iterator[Finding]:
    for start, end in iban.spans(plain):
        yield Finding("iban", start, end)


def social_security(plain: str, _country: str) -> Iterator[Finding]:
    for match in WRITTEN_SSN.finditer(plain):
        yield Finding("us_ssn", *match.span())
    for match in NAMED_SSN.finditer(plain):
        yield Finding("us_ssn", *match.span("number"))


def emails(plain: str, _country: str) -> Iterator[Finding]:
    if "@" in plain:
        for match in EMAIL.finditer(plain):
            yield Finding("email", *match.span())


def phones(plain: str, country: str) -> Iterator[Finding]:
    """Give the phone numbers; those without a country's code are the country's own."""
    if digits_at_most(plain) < FEWEST_DIGITS:
        return
    from phonenumbers import PhoneNumberMatcher  # 60 ms that few processes need

    for match in PhoneNumberMatcher(plain, country or None, max_tries=TRIES):
        yield Finding("phone", match.start, match.end)


DETECTORS: dict[str, Callable[[str, str], Iterator[Finding]]] = {
    "iban": ibans,
    "us_ssn": social_security,
    "email": emails,
    "phone": phones,
}
