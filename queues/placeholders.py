"""Placeholders of predefined responses: {customer.name} and its like, and the names
that stand there in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import placeholders
from core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

CUSTOMER, AGENT, QUEUE = "customer.name", "agent.name", "queue.name"
KNOWN = (CUSTOMER, AGENT, QUEUE)


def unknown(text: str) -> list[str]:
    """Return the placeholders of the text that stand for nothing, as written."""
    return placeholders.unknown(text, KNOWN)


def filled(text: str, names: Mapping[str, str]) -> str:
    """Return the text with names in the place of its placeholders. A name that is empty
    leaves no hole in the sentence; a name is never itself searched for placeholders."""
    shown = {known: one_line(names.get(known, "")) for known in KNOWN}
    return placeholders.filled(placeholders.closed(text, shown), shown)
