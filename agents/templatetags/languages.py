"""What templates say of languages."""

from __future__ import annotations

from django import template
from django.utils import translation

from core import languages

register = template.Library()


@register.simple_tag
def shipped_languages() -> list[tuple[str, str]]:
    """Return (code, name) of each language, called as in itself."""
    return languages.SHIPPED


@register.simple_tag
def standing_numbers() -> list[int]:
    """Return numbers that stand for all that any language counts alike: scripts choose
    among the words for these (`sayCount`)."""
    return languages.STANDING


@register.simple_tag
def page_language() -> str:
    return translation.get_language()


@register.simple_tag
def page_direction() -> str:
    return "rtl" if translation.get_language_bidi() else "ltr"
