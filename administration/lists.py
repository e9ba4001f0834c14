"""The addresses of lists, filtered as a number on the first page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode

if TYPE_CHECKING:
    from administration.attention import Matter

TAKE_CONTACTS: dict[str, str | int] = {
    "is_active__exact": 1,
    "role__in": "agent,supervisor",
}


def agents(**asked: str | int) -> str:
    """Return the address of the agents with these values."""
    return _list("agents_agent", asked)


def takers(**asked: str | int) -> str:
    """Return the address of the active agents who take contacts."""
    return agents(**TAKE_CONTACTS, **asked)


def contacts(**asked: str | int) -> str:
    """Return the address of the contacts with these values."""
    return _list("contacts_contact", asked)


def waiting(**asked: str | int) -> str:
    return contacts(state__in="queued,offered", **asked)


def concerned(matter: Matter, **asked: str | int) -> str:
    """Return the address of the contacts with which something is wrong."""
    return contacts(attention=matter.key, **asked)


def _list(name: str, asked: dict[str, str | int]) -> str:
    address = reverse(f"admin:{name}_changelist")
    return f"{address}?{urlencode(asked)}" if asked else address
