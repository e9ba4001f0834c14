"""Faults of the database and the disk that pass: no bugs, but refusals for now."""

from __future__ import annotations

import errno
import logging
import shutil
import sqlite3
from pathlib import Path

from django.db import Error, InterfaceError, OperationalError, connection
from django.utils.translation import gettext_lazy as _

from core.errors import Unavailable

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5
LEAST_ROOM = 1024 * 1024  # bytes
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
# SQLSTATEs of PostgreSQL: disk_full, and a limit on files that it was given.
POSTGRESQL_FULL = {"53100", "53400"}
# Of SQLite's result codes. "No such table" is an OperationalError, too, but no outage.
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
    sentence = _(
        "Parley cannot reach its database at the moment. Nothing that was "
        "confirmed is lost: please try again in a few seconds."
    )

    def __init__(self) -> None:
        super().__init__(retry_after=RETRY_SECONDS)


class NoRoom(Away):
    sentence = _(
        "Nothing can be stored at the moment, since the disk is full. "
        "Nothing that was confirmed is lost: please try again in a while."
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
        code = _sqlite_code(cause)
        return code == sqlite3.SQLITE_FULL or (
            code == sqlite3.SQLITE_IOERR and _has_no_room_for_sqlite()
        )
    return getattr(cause, "sqlstate", None) in POSTGRESQL_FULL


def _has_no_room_for_sqlite() -> bool:
    """Whether its disk is the reason: what all share in memory is a file, too."""
    folder = Path(connection.settings_dict["NAME"]).parent
    return shutil.disk_usage(folder).free < LEAST_ROOM


def _is_away(error: Error) -> bool:
    cause = error.__cause__
    return not isinstance(cause, sqlite3.Error) or _sqlite_code(cause) in SQLITE_AWAY


def _sqlite_code(error: sqlite3.Error) -> int:
    """Return the primary one of SQLite's result codes."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
