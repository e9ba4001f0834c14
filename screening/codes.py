"""What belongs to a card beside its number: verification codes, magnetic stripes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from screening.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CODE, TRACK = "card_verification", "track"
SHORT = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){2,3}(?!\d)")
# How people call the three or four digits, in the languages of most cards' holders.
KEYWORD = re.compile(
    r"\b(?:cvv2?|cvc2?|cvn2?|cav2?|csc|cid|card (?:verification|security)"
    r"(?: (?:code|value|number))?|security (?:code|number)"
    r"|(?:karten)?prüf(?:nummer|ziffer|zahl)|sicherheits(?:code|nummer)"
    r"|cryptogramme(?: visuel)?|code de s[ée]curit[ée]"
    r"|c[óo]digo de (?:seguridad|seguran[çc]a|verifica[çc](?:i[óo]n|[ãa]o))"
    r"|codice di (?:sicurezza|verifica)|beveiligingscode|veiligheidscode"
    r"|kod (?:zabezpieczaj[ąa]cy|bezpiecze[ńn]stwa)|bezpe[čc]nostn[íi] k[óo]d"
    r"|biztons[áa]gi k[óo]d|cod(?:ul)? de securitate|g[üu]venlik kodu"
    r"|s[äa]kerhetskod|sikkerhets?kode|turvakoodi|код безопасности|защитный код"
    r"|код безпеки)|セキュリティコード|安全码|安全碼|보안 ?코드|رمز الأمان|رمز التحقق",
    re.IGNORECASE,
)
LETTER = re.compile(r"[^\W\d_]")
NEAR = 28  # characters after such a word in which its digits are
GAP = r"[\s,;:|/.\-]"
EXPIRY = (
    rf"(?:[a-zäöü/]{{2,8}}[.:]?\s?)?(?:(?:0?[1-9]|1[0-2])\s?[/.\-]\s?(?:20)?\d\d"
    rf"|(?:0[1-9]|1[0-2])[2-4]\d){GAP}{{1,4}}"
)
# The code in its usual place: behind the number, maybe with the expiry between them.
BEHIND = re.compile(
    rf"{GAP}{{1,4}}(?:{EXPIRY})?(?P<code>\d{{3,4}})(?!\d|[.,]\d)", re.IGNORECASE
)
STRIPES = (
    re.compile(
        r"%?b(?P<number>\d{12,19})\^[^\^\r\n]{2,40}\^[^?\r\n]{4,60}\??", re.IGNORECASE
    ),
    re.compile(r";?(?P<number>\d{12,19})[=d]\d{7,24}\??", re.IGNORECASE),
)


def tracks(plain: str, cards: Sequence[Finding]) -> Iterator[Finding]:
    """Give what was on the magnetic stripes of the cards found (ISO/IEC 7813)."""
    if not any(sign in plain for sign in "^=Dd"):
        return
    starts = {card.start for card in cards}
    for stripe in STRIPES:
        for match in stripe.finditer(plain):
            if match.start("number") in starts:
                yield Finding(TRACK, *match.span())


def codes_behind(plain: str, cards: Sequence[Finding]) -> Iterator[Finding]:
    """Give the verification codes that follow the numbers of cards."""
    for card in cards:
        if match := BEHIND.match(plain, card.end):
            yield Finding(CODE, *match.span("code"))


def named_codes(plain: str) -> Iterator[Finding]:
    """Give the verification codes that are called so."""
    if LETTER.search(plain) and SHORT.search(plain):
        for keyword in KEYWORD.finditer(plain):
            end = keyword.end()
            match = SHORT.search(plain, end, end + NEAR)
            if match and not plain[match.end() : match.end() + 1].isdigit():
                yield Finding(CODE, *match.span())
