"""The languages that browsers ask for (RFC 9110, Accept-Language)."""

from __future__ import annotations

from django.utils.translation.trans_real import parse_accept_lang_header

LONGEST = 35  # characters: what BCP 47 asks everybody to keep


def wanted(header: str) -> str:
    """Return the first language that the header asks for, such as "de-at"; "" where it
    names none."""
    named = [tag for tag, _ in parse_accept_lang_header(header) if tag != "*"]
    return named[0] if named and len(named[0]) <= LONGEST else ""
