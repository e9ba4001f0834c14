"""The words that a text consists of, whatever its script."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from core import text

if TYPE_CHECKING:
    from collections.abc import Iterator

# Scripts that set no spaces between words: each character is taken for a word.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
LETTERS, PICTURES = {"L", "M", "N"}, {"So"}
LONGEST = 64  # characters of a word that is searched for


def split(folded: str) -> Iterator[str]:
    """Yield the words and pictures of a folded text, one after the other."""
    word = ""
    for character in folded:
        alone = UNSPACED.match(character) or _is_picture(character)
        if unicodedata.category(character)[0] in LETTERS and not alone:
            word += character
            continue
        if word:
            yield word
        word = ""
        if alone:
            yield character
    if word:
        yield word


def searched(written: str) -> list[str]:
    """Return the words of a text as they are searched by: folded, of letters and
    digits alone."""
    words = split(text.folded(written))
    return [word[:LONGEST] for word in words if not _is_picture(word[0])]


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) in PICTURES
