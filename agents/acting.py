"""Who acts now: what the trail writes beside each act, whichever door it came by.

A request says it for all that is done while it is answered; a socket says it itself.
Where neither does, it is the system.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

from agents.models import AccessToken, Agent
from core import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

_request: ContextVar[HttpRequest | None] = ContextVar("acting_request", default=None)


class Doer(NamedTuple):
    """A person or program, and the network address they come from."""

    agent: Agent | None = None
    program: str = ""
    address: str = ""

    @property
    def name(self) -> str:
        """Return what the trail calls them; a program is named with its token."""
        if self.agent is None:
            return ""
        person = self.agent.display_name or self.agent.email
        return f"{self.program} (for {person})" if self.program else person


@contextmanager
def for_request(request: HttpRequest) -> Iterator[None]:
    """All that is done in here is done for this request."""
    before = _request.set(request)
    try:
        yield
    finally:
        _request.reset(before)


def doer() -> Doer:
    """Return who acts now."""
    request = _request.get()
    if request is None:
        return Doer()
    # REST notes on the request, too, whom it has let in and by which token.
    person, token = getattr(request, "user", None), getattr(request, "auth", None)
    return Doer(
        person if isinstance(person, Agent) else None,
        token.name if isinstance(token, AccessToken) else "",
        addresses.of(request),
    )
