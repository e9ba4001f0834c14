"""A conversation as a text file, with the times of one zone."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from contacts.models import MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo
    from zoneinfo import ZoneInfo

    from contacts.models import Contact, Message


def name_of(contact: Contact, zone: ZoneInfo) -> str:
    """Return the name of a contact's file: whose it is, and of which day."""
    day = contact.opened_at.astimezone(zone)
    return f"{contact.organisation.slug}-chat-{day:%Y-%m-%d}.txt"


def file_of(contact: Contact, zone: ZoneInfo) -> str:
    """Return the whole conversation below a heading."""
    opened = contact.opened_at.astimezone(zone)
    heading = (
        f"{contact.organisation.name}: chat of {opened:%Y-%m-%d, %H:%M}\n"
        f"Times: {zone.key}\n\n"
    )
    return heading + as_text(contact.messages.order_by("seq").iterator(), zone=zone)


def as_text(messages: Iterable[Message], *, zone: tzinfo = UTC) -> str:
    """Return the conversation as plain text, a line per message."""
    return "".join(f"{_line(message, zone)}\n" for message in messages)


def _line(message: Message, zone: tzinfo) -> str:
    time = f"{message.created_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    if message.kind == MessageKind.EVENT:
        return f"[{time}] {message.text}"
    # Further lines are indented, so that nobody can write a line of somebody else.
    files = [f"[{file['name']}]" for file in message.files]
    titles = [source["title"] for source in message.sources]
    sources = [f"Sources: {', '.join(titles)}"] if titles else []
    text = "\n    ".join([*message.text.splitlines(), *files, *sources])
    return (
        f"[{time}] {message.sender_name or message.get_sender_kind_display()}: {text}"
    )
