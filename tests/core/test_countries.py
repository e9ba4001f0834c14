"""Countries by name, in the order and the language of who reads them."""

from __future__ import annotations

import pytest
from django.utils import translation

from core import countries, phones
from queues import public_holidays


@pytest.mark.parametrize(
    ("language", "germany", "before", "after"),
    [
        ("en", "Germany", "Åland Islands", "Albania"),
        ("de", "Deutschland", "Ägypten", "Albanien"),
        ("de-at", "Deutschland", "Österreich", "Philippinen"),
        ("ar", "ألمانيا", "إسبانيا", "ألمانيا"),
    ],
)
def test_countries_have_names_in_each_language(
    language: str, germany: str, before: str, after: str
) -> None:
    with translation.override(language):
        named = dict(countries.in_order(phones.COUNTRIES))

    names = list(named.values())
    assert named["DE"] == germany
    assert names.index(before) < names.index(after)
    assert len(set(names)) == len(names)


def test_every_country_has_a_name_of_its_own() -> None:
    codes = {*phones.COUNTRIES, *public_holidays.regions()}

    assert [code for code, name in countries.in_order(codes) if name == code] == []


def test_what_is_no_country_keeps_its_code() -> None:
    assert countries.name_of("QQ") == "QQ"
