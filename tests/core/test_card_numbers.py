"""Numbers of payment cards are hidden, other numbers are not."""

from __future__ import annotations

import pytest

from core.card_numbers import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("4111111111111111", "************1111"),
        ("pay 4111 1111 1111 1111, please", "pay ************1111, please"),
        ("5500-0000-0000-0004.", "************0004."),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),  # a wrong check digit
        ("order 411111111111", "order 411111111111"),  # too short
        ("1" * 25, "1" * 25),  # too long
        ("+49 30 1234567", "+49 30 1234567"),
    ],
)
def test_a_cards_number(text: str, shown: str) -> None:
    assert masked(text) == shown
