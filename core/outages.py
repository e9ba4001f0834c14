"""Faults of the database and the disk that pass: no bugs, but refusals for now."""

from __future__ import annotations

import errno
import logging
import sqlite3

from django.db import Error, InterfaceError, OperationalError

from core.errors import Unavailable

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
# SQLSTATEs of PostgreSQL: disk_full, and a limit on files that it was given.
POSTGRESQL_FULL = {"53100", "53400"}
# Of SQLite's result codes. "No such table" is an OperationalError, too, but no outage.
SQLITE_FULL = sqlite3.SQLITE_FULL
SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
}


class Away(Unavailable):
    sentence = (
        "Parley cannot reach its database at the moment. Nothing that was "
        "confirmed is lost: please try again in a few seconds."
    )

    def __init__(self) -> None:
        super().__init__(retry_after=RETRY_SECONDS)


class NoRoom(Away):
    sentence = (
        "Nothing can be stored at the moment, since the disk is full. Nothing that "
        "was confirmed is lost: please try again in a while."
    )


def refusal_for(error: BaseException | None) -> Unavailable | None:
    """Return what to answer instead of this error; None where it is a bug."""
    refusal = _refusal_for(error)
    if refusal is not None:
        logger.warning("Refused with %s: %r", refusal.status, error)
    return refusal


def is_outage(error: BaseException | None) -> bool:
    """Whether this passes by itself, and is no bug."""
    return _refusal_for(error) is not None


def _refusal_for(error: BaseException | None) -> Unavailable | None:
    if isinstance(error, OSError):
        return NoRoom() if error.errno in DISK_FULL else None
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    if is_full(error):
        return NoRoom()
    return Away() if _is_away(error) else None


def is_full(error: Error) -> bool:
    """Whether the database has no room for what it was to store."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return _sqlite_code(cause) == SQLITE_FULL
    return getattr(cause, "sqlstate", None) in POSTGRESQL_FULL


def _is_away(error: Error) -> bool:
    cause = error.__cause__
    return not isinstance(cause, sqlite3.Error) or _sqlite_code(cause) in SQLITE_AWAY


def _sqlite_code(error: sqlite3.Error) -> int:
    """Return the primary one of SQLite's result codes."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
