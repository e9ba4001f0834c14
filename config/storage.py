"""Room on the disks: is there some, and how much?"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error, connection, transaction

from config.folders import free_at
from core import outages

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE = 256 * 1024  # bytes: a few messages with all that is stored beside them
READ_ONLY = "The database takes no changes: it is read-only."
FULL = "Nothing can be stored: the disk of the database is full."


def why_nothing_is_stored() -> str:
    """Return what keeps the database from storing, "" where nothing does.

    Raise the database's Error where it does not even answer.
    """
    try:
        return _of_the_folder() if connection.vendor == "sqlite" else _of_the_server()
    except Error as error:
        if outages.is_full(error):
            return FULL
        raise


def _of_the_folder() -> str:
    """Write a file beside the database: that keeps nobody from writing into it."""
    try:
        with tempfile.TemporaryFile(dir=_sqlite_folder()) as file:
            file.write(os.urandom(SAMPLE))
    except OSError as error:
        if error.errno in outages.DISK_FULL:
            return FULL
        return f"Nothing can be stored beside the database ({error.strerror})."
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


@transaction.atomic
def _of_the_server() -> str:
    """Sort more than fits into memory: the server writes that on its disk.

    A row would go where an older one has left room, and tell nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute(
            "SELECT current_setting('transaction_read_only'), count(*) FROM ("
            "SELECT n FROM generate_series(1, %s) AS n ORDER BY -n OFFSET 0) AS rows",
            [SAMPLE // 64],
        )
        read_only, _ = cursor.fetchone()
    return READ_ONLY if read_only == "on" else ""


def free_bytes() -> Iterator[tuple[str, int]]:
    """Yield which folder and how many bytes are free for Parley on its disk."""
    folders = {"data": settings.DATA}
    if connection.vendor == "sqlite":
        folders["database"] = _sqlite_folder()
    for name, folder in folders.items():
        yield name, free_at(folder)


def _sqlite_folder() -> Path:
    return Path(connection.settings_dict["NAME"]).resolve().parent
