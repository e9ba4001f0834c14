"""Colours as people see them: what can be read on what (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re

ENOUGH = 4.5  # contrast between text and its ground
WHITE, BLACK = "#ffffff", "#000000"
HEX = re.compile(r"#[0-9a-fA-F]{6}")
STEPS = 20
DARKEST = 0.04045  # below it sRGB is linear


def is_colour(value: str) -> bool:
    """Whether it is a colour such as #2454c6."""
    return HEX.fullmatch(value) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 (none) to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, *, share: float) -> str:
    """Return a colour with a share (0-1) of another one in it."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    parts = (round(one * (1 - share) + two * share) for one, two in pairs)
    return "#" + "".join(f"{part:02x}" for part in parts)


def readable(colour: str, *grounds: str, towards: str) -> str:
    """Return the colour that is the nearest to this one, on the way to another, of
    those that can be read on these grounds; else the other."""
    for step in range(STEPS):
        candidate = mixed(colour, towards, share=step / STEPS)
        if all(contrast(candidate, ground) >= ENOUGH for ground in grounds):
            return candidate
    return towards


def _parts(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= DARKEST else ((part + 0.055) / 1.055) ** 2.4
