"""The database connection of a thread, and when others may have it."""

from __future__ import annotations

from django.db import connection


def give_back() -> None:
    """Let others use this thread's connection: what follows takes long, and asks the
    database nothing. The next query takes one again.

    Inside a transaction it stays.
    """
    if not connection.in_atomic_block:
        connection.close()
