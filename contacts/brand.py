"""The colours of a chat page, made of the one that an organisation has chosen: on every
ground, in light and dark, what is written can be read."""

from __future__ import annotations

from core.colours import BLACK, WHITE, mixed, readable

# The grounds that text stands on (static/css/tokens.css).
LIGHT = ("#ffffff", "#f3f5f8")
DARK = ("#181c24", "#20252f")


def palette(colour: str) -> dict[str, str]:
    """Return the colours of a page by the names of their tokens; white can be read on
    the chosen one."""
    soft, dark_soft = mixed(WHITE, colour, share=0.1), mixed(DARK[0], colour, share=0.2)
    text = readable(colour, *LIGHT, soft, towards=BLACK)
    dark_text = readable(colour, *DARK, dark_soft, towards=WHITE)
    return {
        "accent": colour,
        "accent-hover": mixed(colour, BLACK, share=0.15),
        "accent-text": f"light-dark({text}, {dark_text})",
        "accent-soft": f"light-dark({soft}, {dark_soft})",
        "bubble-own": colour,
        "focus": f"light-dark({text}, {dark_text})",
    }
