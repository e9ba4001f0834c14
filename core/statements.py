"""Statements of PostgreSQL that are written by hand, each in one round trip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import psycopg
from django.db import NotSupportedError, connection, transaction

if TYPE_CHECKING:
    from collections.abc import Sequence


def rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the rows that a statement returns. One that fails in a transaction leaves
    the rest of it as it was."""
    with _run(sql, values) as cursor, connection.wrap_database_errors:
        return cursor.fetchall()


def read(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that changes nothing, and is asked often: each
    connection plans it once."""
    try:
        cursor = _called(sql, values)
    except NotSupportedError:
        # It was planned for a column that has another type now. (In a transaction that
        # is over with, psycopg forgets what it has planned when that is rolled back.)
        if connection.in_atomic_block:
            raise
        connection.connection.execute("DEALLOCATE ALL")
        cursor = _called(sql, values)
    with cursor, connection.wrap_database_errors:
        return cursor.fetchall()


def with_literals(sql: str, values: Sequence[Any]) -> str:
    """Return the statement with the values written into it."""
    connection.ensure_connection()
    written = psycopg.ClientCursor(connection.connection).mogrify(sql, values)
    return written.replace("%", "%%")


def run(sql: str, values: Sequence[Any]) -> None:
    """Run a statement that returns no rows, as `rows` does."""
    with _run(sql, values):
        pass


def _run(sql: str, values: Sequence[Any]) -> psycopg.Cursor[Any]:
    if connection.in_atomic_block:
        with transaction.atomic():
            return _called(sql, values)
    return _called(sql, values)


def _called(sql: str, values: Sequence[Any]) -> psycopg.Cursor[Any]:
    connection.ensure_connection()
    database = cast("psycopg.Connection[Any]", connection.connection)
    is_watched = connection.queries_logged
    # Not Django's cursor, which writes values into the text: what is asked often is
    # planned once for each connection. Where somebody reads the text, they are in it.
    kind = psycopg.ClientCursor if is_watched else psycopg.Cursor
    cursor: psycopg.Cursor[Any] = kind(database)
    make = connection.make_debug_cursor if is_watched else connection.make_cursor
    watched: Any = make(cast("Any", cursor))
    watched.execute(sql, values)
    return cursor
