"""What people see of a text: blank texts, names on one line, texts that look alike."""

from __future__ import annotations

import re
import unicodedata

# Embeddings, overrides and isolates: they turn around what stands beside a name.
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
BREAKS = {"Cc", "Zl", "Zp"}
# Characters that show nothing: controls, formats, spaces, what is not assigned, ...
UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}
# ... and those that count as letters, marks or symbols: fillers, an empty Braille
# pattern, selectors of variants, a joiner of graphemes.
BLANK_LETTERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)

# Letters that Unicode takes for letters of their own, and people for others with an
# accent or a bar; and marks that keyboards lack.
SAME = str.maketrans(
    {
        "\u00e6": "ae",
        "\u00f0": "d",
        "\u00f8": "o",
        "\u00fe": "th",
        "\u0111": "d",
        "\u0127": "h",
        "\u0131": "i",  # what Turkish I is without its dot
        "\u0142": "l",
        "\u0153": "oe",
        "\u0167": "t",
        "\u0640": "",  # what only makes an Arabic word longer
        **dict.fromkeys("\u2018\u2019\u02bc", "'"),
        **dict.fromkeys("\u2010\u2013\u2014", "-"),
    }
)
# Combining classes of what belongs to its letter: voiced kana, an Indic virama.
NO_ACCENTS = {0, 8, 9}


def is_blank(text: str) -> bool:
    """Whether nobody sees anything of the text."""
    return not any(map(is_seen, text))


def is_seen(character: str) -> bool:
    category = unicodedata.category(character)
    return category not in UNSEEN and not BLANK_LETTERS.match(character)


def breaks_line(character: str) -> bool:
    """Whether it is a line break or a control character."""
    return unicodedata.category(character) in BREAKS


def one_line(text: str) -> str:
    """Return a name as it may stand among other texts: without line breaks, control
    characters and marks that change the direction of its neighbours; empty where
    nobody would see it."""
    if is_blank(text):
        return ""
    seen = DIRECTIONS.sub("", text)
    spaced = (" " if breaks_line(c) else c for c in seen)
    return " ".join("".join(spaced).split())


def visible(text: str) -> str:
    """Return the text on one line, without anything that nobody sees."""
    return "".join(c for c in one_line(text) if c == " " or is_seen(c))


def folded(text: str) -> str:
    """Return what texts that people take for the same have in common: no case, no
    accents, one way of composing, no invisible characters, one space (D35)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold()
    plain = (c for c in decomposed if unicodedata.combining(c) in NO_ACCENTS)
    shown = (c if is_seen(c) or c.isspace() else "" for c in plain)
    same = "".join(shown).translate(SAME)
    return " ".join(unicodedata.normalize("NFKC", same).casefold().split())


def words(asked: str) -> list[str]:
    """Return the folded words of a search, each once, in the order they were given."""
    return list(dict.fromkeys(folded(asked).split()))
