"""Telephone numbers: which are equal, which can be called (D35)."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import phones

BERLIN = "+4930901820"


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("+49 (0)30 901820", ""),
        ("+49-30/901 820", "US"),
        ("0049 30 901820", "DE"),
        ("0049 30 901820", ""),
        ("0049 30 901820", "US"),
        ("011 49 30 901820", "US"),
        ("030 90 18 20", "DE"),
        ("(030) 901820", "DE"),
        ("030 901820 ext. 12", "DE"),
        ("030 901820 x12", "DE"),
        ("030 901820 Durchwahl 12", "DE"),
        ("030 901820 App. 7", "DE"),
        ("tel:+49-30-901820;ext=3", ""),
        ("\u0660\u0663\u0660 \u0669\u0660\u0661\u0668\u0662\u0660", "DE"),
        ("\uff0b\uff14\uff19 30 901820", ""),
        ("+49\u200b30\u00a0901820\u202c", ""),
    ],
)
def test_one_number_is_equal_however_it_is_written(written: str, country: str) -> None:
    assert phones.key_of(written, country) == BERLIN
    assert phones.can_be_called(written, country)


def test_the_same_digits_are_other_numbers_in_other_countries() -> None:
    assert phones.key_of("030 901820", "DE") == BERLIN
    assert phones.key_of("030 901820", "NL") != BERLIN
    assert phones.key_of("06 1234 5678", "IT") == "+390612345678"


@pytest.mark.parametrize("other", ["030-901820", "030/90 18 20", "(030) 901820"])
def test_without_a_country_national_numbers_are_compared_by_digits(other: str) -> None:
    assert phones.key_of(other, "") == phones.key_of("030 901820", "") == "030901820"
    assert phones.can_be_called(other, "")


def test_one_without_its_area_code_is_equal_to_none_of_another_town() -> None:
    assert phones.key_of("555-1234", "US") == "5551234"
    assert not phones.can_be_called("555-1234", "US")


@pytest.mark.parametrize("country", ["", "DE", "US"])
@pytest.mark.parametrize(
    "nonsense",
    ["12", "call me", "+49 1", "+999 123456", "+49 " + "1" * 20, "1" * 16, "-", "a1b2"],
)
def test_what_is_no_number_cannot_be_called(nonsense: str, country: str) -> None:
    assert not phones.can_be_called(nonsense, country)


@settings(max_examples=100)
@given(st.text(max_size=50), st.sampled_from(["", "DE", "US", "IT"]))
def test_whatever_is_typed_has_a_key(anything: str, country: str) -> None:
    key = phones.key_of(anything, country)

    assert phones.digits_of(key) == key.removeprefix("+")
    assert isinstance(phones.can_be_called(anything, country), bool)
    assert isinstance(phones.searched(anything, country), tuple)
    assert isinstance(phones.spellings(anything, country), tuple)


def test_countries_are_those_that_there_are() -> None:
    assert {"DE", "IM", "AX"} <= phones.COUNTRIES
    assert not phones.COUNTRIES & {"", "AN", "EU", "ZZ", "de"}


def test_the_names_of_countries_do_not_bring_those_of_towns() -> None:
    script = "import sys; from core import phones; print(*sys.modules)"

    loaded = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert "core.phones" in loaded
    assert "phonenumbers.geodata" not in loaded
