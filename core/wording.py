"""Texts for people outside of the request of who reads them.

What is stored, or told to programs, is English; a page shows it in its own language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from core import languages

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from django_stubs_ext import StrOrPromise

ENGLISH = settings.LANGUAGE_CODE


def english(text: StrOrPromise | None) -> str:
    with translation.override(ENGLISH):
        return str(text)


def shown(stored: str) -> str:
    """Return a sentence that was stored in English in the language of the page; words
    of somebody stay as they are."""
    return gettext(stored) if stored else ""


def speaking(tag: str) -> AbstractContextManager[None]:
    """Make texts in the language of a reader, such as `de-at`; in English where it is
    none of ours."""
    return translation.override(languages.spoken(tag))
