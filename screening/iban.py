"""International bank account numbers (ISO 13616): lengths by country, mod 97."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNTRIES = """
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24
    DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27
    GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20
    LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24
    PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25
    SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
"""
LENGTHS = {code[:2]: int(code[2:]) for code in COUNTRIES.split()}
BEGINNING = re.compile("(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}")
WHOLE = {
    length: re.compile(f"(?:[ -]?[A-Za-z0-9]){{{length}}}(?![A-Za-z0-9])")
    for length in set(LENGTHS.values())
}
LETTERS = str.maketrans({chr(ord("A") + place): str(10 + place) for place in range(26)})


def spans(plain: str) -> Iterator[tuple[int, int]]:
    """Give where the valid ones stand in a text of plain characters."""
    for beginning in BEGINNING.finditer(plain):
        length = LENGTHS.get(beginning[0][:2].upper())
        whole = length and WHOLE[length].match(plain, beginning.start())
        if whole and is_valid(whole[0]):
            yield whole.span()


def is_valid(written: str) -> bool:
    """Whether an IBAN's check digits are right, spaces and dashes aside."""
    number = written.replace(" ", "").replace("-", "").upper()
    return int((number[4:] + number[:4]).translate(LETTERS)) % 97 == 1
