"""Why a mail has failed: as it is stored, and as a page says it."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from contacts.services import replies

register = template.Library()


@register.simple_tag
def mail_failures() -> list[tuple[str, str]]:
    """Return the sentences that may stand at a line, in English and in the language of
    the page."""
    return [(stored, gettext(stored)) for stored in replies.failures()]
