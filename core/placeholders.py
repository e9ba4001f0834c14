"""Placeholders such as {customer.name}, and what stands there in the end. Pure: texts
in, texts out; nothing is ever formatted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

# Whatever stands in braces on one line.
PLACEHOLDER = re.compile(r"\{([^{}\r\n]*)\}")
IN_BRACES = re.compile(r"(?<!\{)\{+[^{}\r\n]*\}+")

# Where a name is missing; no text has this character, which databases refuse.
HOLE = "\0"
SPACE = "[ \t\u00a0\u202f]"
# As many as belong to a name; more are somebody's layout.
SPACES = f"{SPACE}{{0,3}}"
PAUSE = "[,\u060c\u3001\uff0c]"
COMMA = "[,;:\u060c\u3001\uff0c\uff1a]"
DASH = f"[\u2013\u2014-](?={SPACE})"
STOP = "[.!?\u2026\u061f\u06d4\u3002\uff01\uff1f]"
# What belongs to a name, and goes with it: its own ending, brackets, quotation marks.
ENDING = re.compile(f"{HOLE}['\u2019]s\\b")
WRAPPED = re.compile(
    f'\\({HOLE}\\)|\\[{HOLE}\\]|["\u201c\u201e\u00ab\u00bb]{HOLE}["\u201d\u201c\u00bb\u00ab]'
)
SEVERAL = re.compile(f"{HOLE}(?:{SPACES}{PAUSE}?{SPACES}{HOLE})+")
# The words that follow a name at the beginning of a sentence begin it instead. What
# looks like an address (a dot or a colon inside) is not spelled anew.
AT_THE_BEGINNING = re.compile(
    f"(^{SPACE}*|{STOP}{SPACE}+){HOLE}{SPACES}(?:{STOP}+{SPACES}"
    f"|(?:{COMMA}|{DASH}){SPACES}([^\\W\\d_](?=[^\\W_]*(?![\\w:/@.]\\S)))?)?",
    re.MULTILINE,
)
AT_THE_END = re.compile(
    f"(?:{SPACES}{PAUSE})?{SPACES}{HOLE}(?={SPACE}*(?:{STOP}|$))", re.MULTILINE
)
BETWEEN_COMMAS = re.compile(f"({SPACES}{COMMA}){SPACES}{HOLE}{SPACES}{COMMA}")
BEFORE_A_COMMA = re.compile(f"{SPACES}{HOLE}{SPACES}(?={COMMA})")
BETWEEN_WORDS = re.compile(f"({SPACES}){HOLE}({SPACES})")


def unknown(text: str, known: Collection[str]) -> list[str]:
    """Return the placeholders of the text that stand for nothing, as written."""
    written = (match[0] for match in IN_BRACES.finditer(text))
    return [each for each in written if _bare(each) not in map(shown, known)]


def shown(name: str) -> str:
    return f"{{{name}}}"


def listed(known: Collection[str]) -> str:
    """Return the placeholders in words."""
    *most, last = map(shown, known)
    if not most:
        return last
    return _("%(most)s and %(last)s") % {"most": ", ".join(most), "last": last}


def used(text: str) -> set[str]:
    """Return the names of the placeholders in the text."""
    return {_name(match) for match in PLACEHOLDER.finditer(text)}


def closed(text: str, names: Mapping[str, str]) -> str:
    """Return the text without the placeholders whose names are empty: they leave no
    hole in the sentence."""

    def mark(match: re.Match[str]) -> str:
        return match[0] if names.get(_name(match), match[0]) else HOLE

    return _closed(PLACEHOLDER.sub(mark, text.replace(HOLE, "")))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with values in the place of its placeholders. A value is never
    itself searched for placeholders."""
    return "".join(values.get(name, piece) for name, piece in pieces(text))


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield what the text is made of, as written, with the name where it is a
    placeholder."""
    end = 0
    for match in PLACEHOLDER.finditer(text):
        yield "", text[end : match.start()]
        yield _name(match), match[0]
        end = match.end()
    yield "", text[end:]


def _name(match: re.Match[str]) -> str:
    return match[1].strip().lower()


def _bare(placeholder: str) -> str:
    return PLACEHOLDER.sub(lambda match: shown(_name(match)), placeholder)


def _closed(text: str) -> str:
    """Return the text with its holes closed."""
    if HOLE not in text:
        return text
    for pattern in (ENDING, WRAPPED, SEVERAL):
        text = pattern.sub(HOLE, text)
    found = 1
    while found:
        # Behind one there may be another, now at the beginning.
        text, found = AT_THE_BEGINNING.subn(_begun, text)
    text = AT_THE_END.sub("", text)
    text = BETWEEN_COMMAS.sub(r"\1", text)
    text = BEFORE_A_COMMA.sub("", text)
    return BETWEEN_WORDS.sub(_joined, text)


def _begun(match: re.Match[str]) -> str:
    first = match[2] or ""
    capital = first.upper()
    return match[1] + (capital if len(capital) == 1 else first)


def _joined(match: re.Match[str]) -> str:
    before, after = match[1], match[2]
    return before if before and after else before + after
