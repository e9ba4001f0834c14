"""Indexes for migrations of large tables: PostgreSQL makes and drops them beside what
goes on, and locks nobody out. Such a migration is not `atomic`."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db.migrations import operations


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
