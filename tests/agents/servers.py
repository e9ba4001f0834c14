"""Processes that serve sockets, in the tests' stories."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from agents.services import presence
from contacts.consumers.pulse import PROCESS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from tests.clockwork import Clockwork


class Server:
    """A process that serves sockets, as presence hears of it."""

    def __init__(self, clockwork: Clockwork, process: UUID = PROCESS) -> None:
        self._clockwork = clockwork
        self._process = process
        self.sockets: dict[UUID, str] = {}

    def opens(self, address: str) -> Callable[[], None]:
        """Note an open socket; return what notes its end."""
        key = uuid4()
        self.sockets[key] = address
        presence.open_sockets(
            sockets={key: address}, process=self._process, now=self._clockwork.now
        )

        def closes() -> None:
            del self.sockets[key]
            presence.close_sockets(sockets={key: address}, now=self._clockwork.now)

        return closes

    def refreshes(self, *, acted: Sequence[str] = ()) -> None:
        presence.refresh(
            process=self._process,
            sockets=self.sockets,
            acted=acted,
            now=self._clockwork.now,
        )

    def runs(self, *, seconds: int) -> None:
        """Let time pass in which the process refreshes its sockets."""
        for rest in range(seconds, 0, -10):
            self._clockwork.runs(seconds=min(rest, 10))
            self.refreshes()


@pytest.fixture
def server(clockwork: Clockwork) -> Server:
    return Server(clockwork)
