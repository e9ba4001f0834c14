"""Texts for people outside of the request of who reads them.

What is stored, or told to programs, is English; a page shows it in its own language.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from core import languages

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


ENGLISH = settings.LANGUAGE_CODE
PLACE = re.compile(r"\{(\w+)\}")  # of a value in a sentence


def english(text: object) -> str:
    """Return what a text, or a row, is called in English, to be stored."""
    with translation.override(ENGLISH):
        return str(text)


class Sentence:
    """A sentence with values in it, `{name}` for each, marked by `gettext_noop`. It is
    stored in English, and known again where people read it."""

    known: ClassVar[list[Sentence]] = []

    def __init__(self, text: str) -> None:
        self.text = text
        self.names = PLACE.findall(text)
        # Every other part is the name of a value.
        parts = PLACE.split(text)
        pattern = (
            f"(?P<{part}>.*)" if number % 2 else re.escape(part)
            for number, part in enumerate(parts)
        )
        self._pattern = re.compile("".join(pattern), re.DOTALL)
        self.known.append(self)

    def of(self, **values: object) -> str:
        """Return it as it is stored."""
        return self.text.format(**values)

    def in_words(self, stored: str) -> str | None:
        """Return what was stored in the language of the page; None if it is another."""
        found = self._pattern.fullmatch(stored)
        if found is None:
            return None
        values = {name: shown(value) for name, value in found.groupdict().items()}
        return gettext(self.text).format(**values)


def shown(stored: str) -> str:
    """Return a sentence that was stored in English in the language of the page; words
    of somebody stay as they are."""
    text = gettext(stored) if stored else ""
    if text != stored:
        return text
    words = (sentence.in_words(stored) for sentence in Sentence.known)
    return next((each for each in words if each is not None), stored)


def speaking(tag: str) -> AbstractContextManager[None]:
    """Make texts in the language of a reader, such as `de-at`; in English where it is
    none of ours."""
    return translation.override(languages.spoken(tag))
