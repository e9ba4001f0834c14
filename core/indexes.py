"""Indexes for migrations of large tables: PostgreSQL makes and drops them beside what
goes on, and locks nobody out. Such a migration is not `atomic`."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import Error
from django.db.migrations import operations
from django.db.migrations.operations.base import Operation

logger = logging.getLogger(__name__)


class AddIndex(AddIndexConcurrently):
    """Add an index; where the database knows no better, as Django does.

    It may be run again after it was cut off.
    """

    def database_forwards(self, app: str, editor: Any, before: Any, after: Any) -> None:
        if editor.connection.vendor == "postgresql":
            name = editor.quote_name(self.index.name)
            editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            super().database_forwards(app, editor, before, after)
        else:
            operations.AddIndex.database_forwards(self, app, editor, before, after)

    def database_backwards(
        self, app: str, editor: Any, before: Any, after: Any
    ) -> None:
        if editor.connection.vendor == "postgresql":
            super().database_backwards(app, editor, before, after)
        else:
            operations.AddIndex.database_backwards(self, app, editor, before, after)


class RemoveIndex(RemoveIndexConcurrently):
    """Remove an index; where the database knows no better, as Django does."""

    def database_forwards(self, app: str, editor: Any, before: Any, after: Any) -> None:
        if editor.connection.vendor == "postgresql":
            super().database_forwards(app, editor, before, after)
        else:
            operations.RemoveIndex.database_forwards(self, app, editor, before, after)

    def database_backwards(
        self, app: str, editor: Any, before: Any, after: Any
    ) -> None:
        if editor.connection.vendor == "postgresql":
            super().database_backwards(app, editor, before, after)
        else:
            operations.RemoveIndex.database_backwards(self, app, editor, before, after)


class AddWordsIndex(Operation):
    """Add an index by which PostgreSQL finds parts of words in a folded column.

    It needs the extension pg_trgm, and is no part of the model: where the extension
    cannot be had, as on other databases, a search reads the rows, and finds the same.
    It may be run again after it was cut off.
    """

    reversible = True

    def __init__(self, name: str, *, table: str, column: str = "folded") -> None:
        self.name, self.table, self.column = name, table, column

    def state_forwards(self, app: str, state: Any) -> None:
        """Models do not know of it."""

    def database_forwards(self, app: str, editor: Any, before: Any, after: Any) -> None:
        if editor.connection.vendor != "postgresql":
            return
        schema = _trigrams(editor.connection)
        if not schema:
            logger.warning("Without the extension pg_trgm there is no %s.", self.name)
            return
        self.database_backwards(app, editor, before, after)
        name, table, column = map(
            editor.quote_name, (self.name, self.table, self.column)
        )
        editor.execute(
            f"CREATE INDEX CONCURRENTLY {name} ON {table} "
            f"USING gin ({column} {editor.quote_name(schema)}.gin_trgm_ops)"
        )

    def database_backwards(
        self, app: str, editor: Any, before: Any, after: Any
    ) -> None:
        if editor.connection.vendor == "postgresql":
            name = editor.quote_name(self.name)
            editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")

    def describe(self) -> str:
        return f"Add the index {self.name} for parts of words in {self.table}"


def _trigrams(connection: Any) -> str:
    """Return the schema that has the extension pg_trgm; "" where it cannot be had."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except Error as error:
            logger.warning("The extension pg_trgm cannot be had: %s", error)
            return ""
        cursor.execute(
            "SELECT nspname FROM pg_extension "
            "JOIN pg_namespace ON pg_namespace.oid = extnamespace "
            "WHERE extname = 'pg_trgm'"
        )
        [schema] = cursor.fetchone()
    return str(schema)
