"""Numbers of payment cards, which are kept nowhere."""

from __future__ import annotations

import re

# 13 to 19 digits, with single spaces or dashes between them, in no longer run.
RUN = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?![ -]?\d)")
SHOWN = 4  # digits


def masked(text: str) -> str:
    """Return the text with at most the last four digits of each card's number."""
    return RUN.sub(_mask, text)


def _mask(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    if not _is_valid(digits):
        return match[0]
    return "*" * (len(digits) - SHOWN) + digits[-SHOWN:]


def _is_valid(digits: str) -> bool:
    """Whether the check digit is right (Luhn)."""
    doubled = (sum(divmod(2 * int(each), 10)) for each in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0
