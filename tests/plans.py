"""Which index a query fits: among several small ones the choice is the database's."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.utils import CursorWrapper


@contextmanager
def only(index: str) -> Iterator[CursorWrapper]:
    """Give a cursor to a PostgreSQL in which the index's table has no other index but
    the key's, and in which reading whole tables is the last resort."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index"
            " WHERE indrelid = (SELECT indrelid FROM pg_index"
            " WHERE indexrelid = %s::regclass) AND NOT indisprimary",
            [index],
        )
        others = {name for (name,) in cursor.fetchall()} - {index}
        cursor.execute(f"DROP INDEX {', '.join(others)}")
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield cursor
        transaction.set_rollback(True)


def plan_of(cursor: CursorWrapper, query: str) -> str:
    cursor.execute(f"EXPLAIN {query}")
    return "\n".join(row[0] for row in cursor.fetchall())
