"""The public holidays of countries and their regions. Pure, no model."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import holidays

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

# Where a country's holidays have no names in the language that is asked for.
ENGLISH = "en"
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
def in_year(
    country: str, subdivision: str, year: int, language: str = ENGLISH
) -> Mapping[date, str]:
    """Return the names of the holidays of one year by date: in a language, else in
    English, else in the country's own."""
    return dict(
        holidays.country_holidays(
            country,
            subdiv=subdivision or None,
            years=year,
            language=_spoken(country, language) or _spoken(country, ENGLISH),
        )
    )


def _spoken(country: str, language: str) -> str | None:
    """Return a language as the country's holidays know it: `en` is `en_US`."""
    known = _languages().get(country, ())
    return next((each for each in known if each.split("_")[0] == language), None)


@cache
def _languages() -> Mapping[str, list[str]]:
    known: Mapping[str, list[str]] = holidays.list_localized_countries()
    return known
