"""Changes to tables with years of rows, while people go on working."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class AddIndexBesideWork(migrations.AddIndex):
    """Adds an index without keeping anybody from writing, where the database can: on
    PostgreSQL. Its migration is not `atomic`, and may be run again if it was cut off.
    """

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        # One that was cut off lies there and is of no use.
        name = schema_editor.quote_name(self.index.name)
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        AddIndexConcurrently(self.model_name, self.index).database_forwards(
            app_label, schema_editor, from_state, to_state
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            return
        RemoveIndexConcurrently(self.model_name, self.index.name).database_forwards(
            app_label, schema_editor, from_state, to_state
        )


class RemoveIndexBesideWork(migrations.RemoveIndex):
    """Removes an index without keeping anybody from writing, where the database can."""

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        RemoveIndexConcurrently(self.model_name, self.name).database_forwards(
            app_label, schema_editor, from_state, to_state
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            return
        RemoveIndexConcurrently(self.model_name, self.name).database_backwards(
            app_label, schema_editor, from_state, to_state
        )
