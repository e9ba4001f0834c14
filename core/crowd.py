"""How many sockets a network address has open: nobody takes them all."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.conf import settings

from core import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator


class Crowd:
    """Counts the sockets of each address, for one event loop."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def enter(self, scope: dict[str, Any]) -> Iterator[bool]:
        """Count a socket as long as it is open; say whether there is room for it.

        This machine has no limit: what is on it may use it up in many ways.
        """
        address = addresses.of_scope(scope)
        origin = addresses.network_of(address)
        self._open[origin] += 1
        most = settings.SOCKETS_PER_ADDRESS
        is_free = not most or addresses.is_loopback(address)
        try:
            yield is_free or self._open[origin] <= most
        finally:
            self._open[origin] -= 1
            if not self._open[origin]:
                del self._open[origin]


_crowds: WeakKeyDictionary[asyncio.AbstractEventLoop, Crowd] = WeakKeyDictionary()


def crowd() -> Crowd:
    """Return the crowd of the running event loop."""
    return _crowds.setdefault(asyncio.get_running_loop(), Crowd())
