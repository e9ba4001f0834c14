"""What was found in a text, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Sensitive data in a text: which detector found it, from where to where in the
    text as it was written, and for a card its brand."""

    detector: str
    start: int
    end: int
    brand: str = ""


@dataclass(frozen=True, slots=True)
class Screened:
    """A text with what was found in it masked, and the findings in their order."""

    text: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """A card number: its place in a plain text, its number of digits, and its brand;
    without one it is what several numbers cover."""

    start: int
    end: int
    length: int
    brand: str = ""
