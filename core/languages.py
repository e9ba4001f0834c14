"""The languages that Parley speaks, and those that browsers ask for (RFC 9110)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 35  # characters: what BCP 47 asks everybody to keep
# Each is called as those call it who speak it, whatever the page speaks.
SHIPPED = [("en", "English"), ("de", "Deutsch"), ("ar", "العربية")]
# Each stands for all numbers that a language counts alike (`core/words.js`).
STANDING = [0, 1, 2, 3, 11, 100]


def wanted(header: str) -> str:
    """Return the first language that the header asks for, such as "de-at"; "" where it
    names none."""
    named = [tag for tag, _ in parse_accept_lang_header(header) if tag != "*"]
    return named[0] if named and len(named[0]) <= LONGEST else ""


def spoken(header: str) -> str:
    """Return which of our languages suits the header best; English where none does."""
    for tag, _ in parse_accept_lang_header(header):
        try:
            return translation.get_supported_language_variant(tag)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def of_browser(headers: Mapping[str, str]) -> str:
    """Return which of our languages the headers of a request ask for."""
    return spoken(headers.get("Accept-Language", ""))


def of_page() -> str:
    """Return the language, without a country, in which texts are made now."""
    tag = translation.get_language() or settings.LANGUAGE_CODE
    return tag.partition("-")[0]
