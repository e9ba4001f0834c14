# ruff: noqa: RUF001 - digits of other scripts
from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from screening.texts import (
    DETECTORS,
    Finding,
    Screened,
    card_numbers,
    may_continue,
    may_go_on,
    screen,
    screen_parts,
)

VISA = "4111111111111111"
HIDDEN = "************1111"
LOOKALIKES = st.text("0123456789 -./٤④４\u200b+DEcv,:=^%\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("4111 1111 1111 1111", HIDDEN),
        ("pay with 4111-1111-1111-1111, please", f"pay with {HIDDEN}, please"),
        ("4111\n1111\n1111\n1111", HIDDEN),
        ("４１１１ １１１１ １１１１ １１１１", HIDDEN),
        ("٤١١١ ١١١١ ١١١١ ١١١١", HIDDEN),
        ("4️⃣1️⃣1️⃣1️⃣ 1111 1111 1111", HIDDEN),
        ("41\u200b11 1111\u2060 1111 11\u00ad11", HIDDEN),
        ("order 000955555555555544440009", "order 0009************44440009"),
        ("4111 1111 1111 1111 12/27 123", f"{HIDDEN} 12/27 ***"),
        ("4111 1111 1111 1111 123", f"{HIDDEN} ***"),
        (f"{VISA}, CVV: 123", f"{HIDDEN}, CVV: ***"),
        (f"%B{VISA}^DOE/JOHN^2712101000000000000?", "*" * 43),
        (f"swiped {VISA}=27121010000012345678 ok", f"swiped {'*' * 36} ok"),
        (f"{VISA} and 5555555555554444", f"{HIDDEN} and ************4444"),
    ],
)
def test_card_data_is_hidden(text: str, shown: str) -> None:
    assert screen(text).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "1234567890123456",
        "order 302-1234567-1234567 of 2026-11-28 10:15",
        "+49 30 901820 and +378 0549 882999",
        "DE89 3704 0044 0532 0130 00",
        "EAN 4006381333931",
        "1764352129123456",
        "0.4111111111111111",
        "52.520008, 13.404954",
        "9400 1000 0000 0000 0000 00",
        "call 123, or write to us",
        "my code is 123",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert screen(text) == Screened(text)


@pytest.mark.parametrize(
    ("detector", "text", "shown"),
    [
        ("card_verification", "my CVC is 123", "my CVC is ***"),
        ("card_verification", "Prüfnummer: 1234", "Prüfnummer: ****"),
        ("card_verification", "código de seguridad 123", "código de seguridad ***"),
        ("card_verification", "код безопасности １２３", "код безопасности ***"),
        ("iban", "to DE89 3704 0044 0532 0130 00.", f"to {'*' * 18}3000."),
        ("us_ssn", "SSN 078-05-1120", "SSN *****1120"),
        ("us_ssn", "social security: 078051120", "social security: *****1120"),
        ("email", "write to alice@example.com.", "write to **@**."),
        ("email", "иван@почта.рф", "**@**"),
        ("phone", "call +49 30 901820", "call ******1820"),
        ("phone", "call 030 901820", "call *****1820"),
    ],
)
def test_what_an_organisation_may_have_hidden_besides(
    detector: str, text: str, shown: str
) -> None:
    found = screen(text, detectors=[detector], country="DE")

    assert found.text == shown
    assert {finding.detector for finding in found.findings} == {detector}
    assert screen(text).text == text


@pytest.mark.parametrize(
    ("detector", "text"),
    [
        ("iban", "DE88 3704 0044 0532 0130 00"),
        ("us_ssn", "000-12-3456 666-12-3456 900-12-3456 123-00-4567 123-45-0000"),
        ("us_ssn", "order 078051120"),
        ("email", "alice at example, @bob"),
        ("phone", "order 12345"),
    ],
)
def test_what_is_not_valid_is_kept(detector: str, text: str) -> None:
    assert screen(text, detectors=[detector], country="DE").text == text


def test_findings_name_brand_and_place_in_the_text_as_it_was_written() -> None:
    text = "④①①① 1111\u200b 1111 1111 cvv 123"

    found = screen(text).findings

    assert found == (
        Finding("card", 0, 20, "visa"),
        Finding("card_verification", 25, 28),
    )


def test_a_number_over_several_texts_is_hidden_in_all_of_them() -> None:
    shown = screen_parts(["my card: 4111 1111", "1111", "1111 - thanks"])

    assert [one.text for one in shown] == ["my card: ********", "****", "1111 - thanks"]
    assert all(one.findings for one in shown)


def test_texts_in_which_a_number_may_go_on() -> None:
    assert may_continue("1111 thanks")
    assert may_continue(" - ١١١١")
    assert not may_continue("it is 1111")
    assert may_go_on("my card: 4111 ")
    assert not may_go_on("4111 is it")


def test_what_was_taken_out_of_a_file_is_read_strictly() -> None:
    assert card_numbers("4111\t1111\t1111\t1111", strict=True)
    assert card_numbers(f"Card\t{VISA}\n", strict=True)
    for text in (f"x{VISA}", f"{VISA}.5", "41111111\t11111111"):
        assert card_numbers(text)
        assert not card_numbers(text, strict=True)


@settings(max_examples=200, deadline=None)
@given(LOOKALIKES)
@example("4111 1111 1111 1111 1111 1111 1111")
def test_whatever_is_not_found_stays_as_it_is(text: str) -> None:
    found = screen(text, detectors=DETECTORS[:-1])

    ends = [0, *(finding.end for finding in found.findings)]
    starts = [*(finding.start for finding in found.findings), len(text)]
    kept = [text[a:b] for a, b in zip(ends, starts, strict=True)]
    assert all(end <= start for end, start in zip(ends, starts, strict=True))
    assert found.text.startswith(kept[0])
    assert found.text.endswith(kept[-1])
    assert all(part in found.text for part in kept)


@settings(max_examples=200, deadline=None)
@given(LOOKALIKES, LOOKALIKES, st.sampled_from(["", " ", "\n", ". "]))
def test_a_number_among_others_is_never_shown(
    before: str, after: str, gap: str
) -> None:
    text = f"{before}{gap}x{VISA}x{gap}{after}"

    assert VISA[:-4] not in screen(text).text


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 15))
def test_a_number_cut_in_two_is_hidden_wherever_it_is_cut(place: int) -> None:
    parts = screen_parts([VISA[:place], VISA[place:]])

    assert "".join(part.text for part in parts) == HIDDEN
