"""Connections that wait for the next one who needs one.

psycopg's own pool connects in the background, and pauses twice as long after each
failure: once the database is back it may say nothing for minutes, and whoever asks
meanwhile waits in vain. Here whoever needs a connection makes it, and learns at once
why there is none.
"""

from __future__ import annotations

import time
from collections import deque
from threading import Condition
from typing import TYPE_CHECKING, Any, cast

import psycopg
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    Connection = psycopg.Connection[Any]

LONGEST_IDLE = 600  # seconds
LONGEST_LIFE = 3600  # seconds
# A server that does not answer is not asked again by each and every one.
PAUSE = 0.5  # seconds
# There is no code for it before a connection is made.
SERVER_IS_FULL = ("too many clients", "too many connections", "connection slots")


class Pool:
    """Lends connections, and makes at most `max_size` of them."""

    close_returns = False  # psycopg asks: `close` really closes

    def __init__(
        self, connect: Callable[[], Connection], *, max_size: int, timeout: float
    ) -> None:
        self._connect = connect
        self._max_size = max_size
        self._timeout = timeout  # seconds to wait for one that others use
        self._idle: deque[tuple[float, Connection]] = deque()  # the last used last
        self._size = 0  # all there are: idle, lent, and being made
        self._change = Condition()
        self._is_closed = False
        self._away_until = 0.0
        self._why = ""

    def open(self) -> None:
        """Do nothing: Django asks for it before each use."""

    def close(self) -> None:
        """Close what is idle now, and what is lent when it comes back."""
        with self._change:
            self._is_closed = True
            idle = [connection for _, connection in self._idle]
            self._idle.clear()
        for connection in idle:
            self._drop(connection)

    def getconn(self) -> Connection:
        """Lend a connection that works. Raise OperationalError where there is none."""
        deadline = time.monotonic() + self._timeout
        may_make = True
        while True:
            connection = self._take(deadline, may_make=may_make)
            if connection is None:
                connection = self._make()
                may_make = connection is not None
            elif not _works(connection):
                self._forget_idle(connection)
                connection = None
            if connection is not None:
                connection._pool = cast("Any", self)
                return connection

    def putconn(self, connection: Connection) -> None:
        """Take a connection back; nothing of a transaction is left in it."""
        _reset(connection)
        connection._pool = None
        now = time.monotonic()
        with self._change:
            is_kept = (
                not connection.closed
                and not self._is_closed
                and now < connection._expire_at
            )
            if is_kept:
                self._idle.append((now, connection))
                self._change.notify()
        if not is_kept:
            self._drop(connection)
        self._shrink(now)

    # --- one for who asks -----------------------------------------------------
    def _take(self, deadline: float, *, may_make: bool) -> Connection | None:
        """Return an idle connection, or None: the place for a new one is taken."""
        with self._change:
            while not self._idle:
                if time.monotonic() < self._away_until:
                    raise psycopg.OperationalError(self._why)
                if may_make and self._size < self._max_size:
                    self._size += 1
                    return None
                if not self._change.wait(deadline - time.monotonic()):
                    text = f"all {self._size} connections were in use for too long"
                    raise psycopg.OperationalError(text)
            return self._idle.pop()[1]

    def _make(self) -> Connection | None:
        """Return a new connection; None where the server has none to spare, and
        others of ours will come back."""
        try:
            connection = self._connect()
        except BaseException as error:
            with self._change:
                self._size -= 1
                if self._size and _is_full(error):
                    return None
                if isinstance(error, psycopg.OperationalError):
                    self._away_until = time.monotonic() + PAUSE
                    self._why = str(error)
                self._change.notify_all()
            raise
        connection._expire_at = time.monotonic() + LONGEST_LIFE
        return connection

    def _forget_idle(self, broken: Connection) -> None:
        """Drop all idle ones with one that is broken: they had the same server."""
        with self._change:
            idle = [connection for _, connection in self._idle]
            self._idle.clear()
        for connection in [broken, *idle]:
            self._drop(connection)

    def _shrink(self, now: float) -> None:
        with self._change:
            old = []
            while self._idle and self._idle[0][0] + LONGEST_IDLE < now:
                old.append(self._idle.popleft()[1])
        for connection in old:
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        connection.close()
        with self._change:
            self._size -= 1
            self._change.notify()


def _works(connection: Connection) -> bool:
    try:
        connection.execute("")
    except psycopg.Error:
        return False
    return True


def _reset(connection: Connection) -> None:
    """Roll back what is open; close the connection where that is not possible."""
    if connection.pgconn.transaction_status == TransactionStatus.ACTIVE:
        connection.close()
        return
    try:
        connection.rollback()
        connection.autocommit = True
    except psycopg.Error:
        connection.close()


def _is_full(error: BaseException) -> bool:
    return any(words in str(error) for words in SERVER_IS_FULL)
