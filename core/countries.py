"""What countries are called, in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale

from core import languages, text

if TYPE_CHECKING:
    from collections.abc import Iterable


def name_of(code: str) -> str:
    """Return the name of a country (ISO 3166); its code where it has none."""
    names = Locale.parse(languages.of_page()).territories
    return str(names.get(code, code))


def in_order(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return countries by code and name, in the order of their names."""
    named = ((code, name_of(code)) for code in codes)
    return sorted(named, key=lambda country: text.folded(country[1]))
