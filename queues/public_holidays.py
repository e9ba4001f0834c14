"""The public holidays of countries and their regions. Pure, no model."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import holidays

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

# The pages' own language, where a country's holidays have names in it.
LANGUAGE = "en_US"
YEARS_KEPT = 512
LENGTH_OF_CODE = 2


@cache
def regions() -> Mapping[str, tuple[str, ...]]:
    """Return by country (ISO 3166) the codes of its regions with holidays of their
    own."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {
        code: tuple(known[code])
        for code in sorted(known)
        if len(code) == LENGTH_OF_CODE
    }


@cache
def names_of_regions(country: str) -> Mapping[str, str]:
    """Return the country's regions by code, each by its longest name."""
    one = holidays.country_holidays(country)
    names: dict[str, str] = {}
    for alias, code in getattr(one, "subdivisions_aliases", {}).items():
        if len(alias) > len(names.get(code, "")):
            names[code] = alias
    return {code: names.get(code, code) for code in regions()[country]}


@lru_cache(maxsize=YEARS_KEPT)
def in_year(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """Return the names of the holidays of one year by date."""
    spoken = _languages().get(country, ())
    return dict(
        holidays.country_holidays(
            country,
            subdiv=subdivision or None,
            years=year,
            language=LANGUAGE if LANGUAGE in spoken else None,
        )
    )


@cache
def _languages() -> Mapping[str, list[str]]:
    known: Mapping[str, list[str]] = holidays.list_localized_countries()
    return known
