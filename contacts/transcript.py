from __future__ import annotations

from typing import TYPE_CHECKING

from contacts.models import MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contacts.models import Message


def as_text(messages: Iterable[Message]) -> str:
    """Return the conversation as plain text, a line per message, times in UTC."""
    return "".join(f"{_line(message)}\n" for message in messages)


def _line(message: Message) -> str:
    time = f"{message.created_at:%Y-%m-%d %H:%M:%S}"
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
