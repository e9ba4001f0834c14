"""Statements of PostgreSQL that are written by hand, each in one round trip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import psycopg
from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Sequence


def rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the rows that a statement returns. One that fails in a transaction leaves
    the rest of it as it was."""
    with _run(sql, values) as cursor, connection.wrap_database_errors:
        return cursor.fetchall()


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
    # Not Django's cursor, which writes values into the text: what is asked often is
    # planned once for each connection.
    cursor = psycopg.Cursor(database)
    is_watched = connection.queries_logged
    make = connection.make_debug_cursor if is_watched else connection.make_cursor
    watched: Any = make(cast("Any", cursor))
    watched.execute(sql, values)
    return cursor
