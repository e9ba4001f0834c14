"""A conversation as a text file, with the times of one zone."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.models import EventCode, MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo
    from zoneinfo import ZoneInfo

    from django_stubs_ext import StrOrPromise

    from contacts.models import Contact, Message

# By code and reason; "nobody" where the event has no name.
WORDS: dict[tuple[str, str], StrOrPromise] = {
    (EventCode.AGENT_JOINED, ""): _("{name} has joined the chat"),
    (EventCode.AGENT_LEFT, ""): _("{name} has left the chat"),
    (EventCode.AGENT_LEFT, "nobody"): _("The agent has left the chat"),
    (EventCode.CUSTOMER_LEFT, ""): _("The customer has left the chat"),
    (EventCode.QUEUED, ""): _("Waiting in {name}"),
    (EventCode.VIDEO_STARTED, ""): _("{name} and the customer are in a video call"),
    (EventCode.VIDEO_ENDED, ""): _("{name} has left the video call"),
    (EventCode.VIDEO_ENDED, "nobody"): _("The customer has left the video call"),
    (EventCode.CONTACT_ENDED, ""): _("The chat has ended"),
}


def name_of(contact: Contact, zone: ZoneInfo) -> str:
    """Return the name of a contact's file: whose it is, and of which day."""
    day = contact.opened_at.astimezone(zone)
    return f"{contact.organisation.slug}-chat-{day:%Y-%m-%d}.txt"


def file_of(contact: Contact, zone: ZoneInfo) -> str:
    """Return the whole conversation below a heading."""
    opened = contact.opened_at.astimezone(zone)
    title = gettext("%(organisation)s: chat of %(time)s") % {
        "organisation": contact.organisation.name,
        "time": f"{opened:%Y-%m-%d, %H:%M}",
    }
    times = gettext("Times: %(zone)s") % {"zone": zone.key}
    heading = f"{title}\n{times}\n\n"
    return heading + as_text(contact.messages.order_by("seq").iterator(), zone=zone)


def as_text(messages: Iterable[Message], *, zone: tzinfo = UTC) -> str:
    """Return the conversation as plain text, a line per message."""
    return "".join(f"{_line(message, zone)}\n" for message in messages)


def _line(message: Message, zone: tzinfo) -> str:
    time = f"{message.created_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    if message.kind == MessageKind.EVENT:
        return f"[{time}] {in_words(message, zone)}"
    # Further lines are indented, so that nobody can write a line of somebody else.
    files = [f"[{file['name']}]" for file in message.files]
    titles = [source["title"] for source in message.sources]
    sources = [_sources(titles)] if titles else []
    text = "\n    ".join([*message.text.splitlines(), *files, *sources])
    return (
        f"[{time}] {message.sender_name or message.get_sender_kind_display()}: {text}"
    )


def _sources(titles: list[str]) -> str:
    return gettext("Sources: %(titles)s") % {"titles": ", ".join(titles)}


def in_words(message: Message, zone: tzinfo) -> str:
    """Return what a line says, or what an event tells in the language of the reader."""
    if message.kind != MessageKind.EVENT:
        return message.text
    name = message.event_name
    words = WORDS.get(
        (message.event_code, message.event_reason or ("" if name else "nobody"))
    ) or WORDS.get((message.event_code, ""))
    if words is None:
        return message.text
    told = str(words).replace("{name}", name or "")
    opens_at = message.event_opens_at
    if opens_at is None:
        return told
    there = opens_at.astimezone(zone)
    again = gettext("We are closed now, and open again at %(time)s.")
    return f"{told}. {again % {'time': f'{there:%Y-%m-%d, %H:%M}'}}"
