"""In which language a line of a conversation probably is, for those who hear it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html

from contacts.models import MessageKind, SenderKind
from core import languages

if TYPE_CHECKING:
    from contacts.models import Contact, Message

register = template.Library()


@register.simple_tag
def tongue(contact: Contact, line: Message) -> str:
    """Return `lang` for what a customer wrote on a page in another language; of what
    others wrote nothing is known, and events speak the page's."""
    is_customers = line.sender_kind == SenderKind.CUSTOMER
    if not is_customers or line.kind == MessageKind.EVENT:
        return ""
    spoken = contact.spoken_language
    if not spoken or spoken.partition("-")[0] == languages.of_page():
        return ""
    return format_html(' lang="{}"', spoken)
