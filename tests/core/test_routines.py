"""Routines of the database are those of their files."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from core.routines import MakeRoutine, digest_of


def made() -> dict[str, list[MakeRoutine]]:
    """Return by file the operations that make its routine, in their order."""
    found: dict[str, list[MakeRoutine]] = {}
    for _, migration in sorted(MigrationLoader(None).graph.nodes.items()):
        for operation in migration.operations:
            if isinstance(operation, MakeRoutine):
                found.setdefault(operation.file, []).append(operation)
    return found


def test_the_last_migration_makes_what_the_file_says() -> None:
    """Who changes such a file adds a migration: nobody else would get it."""
    routines = made()

    assert "contacts/services/at_once_postgresql.sql" in routines
    for file, operations in routines.items():
        text = (settings.BASE_DIR / file).read_text()
        assert operations[-1].digest == digest_of(text)


def there_is(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname = %s", [name])
        [number] = cursor.fetchone()
    return bool(number)


def run(operation: MakeRoutine, *, backwards: bool = False) -> None:
    run = operation.database_backwards if backwards else operation.database_forwards
    with connection.schema_editor() as editor:
        run("contacts", editor, ProjectState(), ProjectState())


@pytest.mark.postgresql
@pytest.mark.django_db
def test_what_another_text_was_named_for_is_left_to_it() -> None:
    first, *_, operation = made()["contacts/services/at_once_postgresql.sql"]
    older = MakeRoutine(operation.name, operation.file, digest="0" * 16)
    run(first, backwards=True)

    run(older)
    is_made = there_is(operation.name)
    run(operation)

    assert not is_made
    assert there_is(operation.name)


@pytest.mark.postgresql
@pytest.mark.django_db
def test_going_back_leaves_what_older_versions_call() -> None:
    _, *later = made()["contacts/services/at_once_postgresql.sql"]

    for operation in reversed(later):
        run(operation, backwards=True)

        assert there_is(operation.name)
