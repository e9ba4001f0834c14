"""How every test leaves its tables empty, while servers go on with what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.commands import flush
from django.db import OperationalError
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Filled by the migrations, and the same for every test.
KEPT = {"django_content_type", "auth_permission"}
TRIES = 5
_execute = BaseDatabaseOperations.execute_sql_flush


def install() -> None:
    """Let Django empty all tables, of which few have rows, by DELETE: it takes a tenth
    of the time of TRUNCATE, and foreign keys are checked at the end of it only."""
    for database, empty in ((PostgreSQL, _postgresql_flush), (SQLite, _sqlite_flush)):
        database.ops_class.sql_flush = empty  # type: ignore[method-assign, assignment]
        database.ops_class.execute_sql_flush = _execute_patiently  # type: ignore[method-assign, assignment]
    vars(flush).update(emit_post_migrate_signal=_fill_nothing)


def _execute_patiently(
    operations: BaseDatabaseOperations, sql_list: Iterable[str]
) -> None:
    """Try again where a server's transaction was in the way, say by a deadlock."""
    for _ in range(TRIES - 1):
        try:
            return _execute(operations, sql_list)
        except OperationalError:
            continue
    return _execute(operations, sql_list)


def _postgresql_flush(
    operations: BaseDatabaseOperations,
    style: Any,
    tables: Sequence[str],
    **kwargs: object,
) -> list[str]:
    """Empty the tables, past the triggers that keep what happened."""
    past_triggers = "SET LOCAL session_replication_role = replica"
    return ["; ".join([past_triggers, *_deletions(operations, tables)])]


def _sqlite_flush(
    operations: BaseDatabaseOperations,
    style: Any,
    tables: Sequence[str],
    **kwargs: object,
) -> list[str]:
    with operations.connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
            "AND sql LIKE '%RAISE(%'"  # those that keep, not those that search
        )
        triggers = cursor.fetchall()
    return [
        *(f"DROP TRIGGER {name}" for name, _ in triggers),
        *_deletions(operations, tables),
        *(sql for _, sql in triggers),
    ]


def _deletions(operations: BaseDatabaseOperations, tables: Sequence[str]) -> list[str]:
    names = [operations.quote_name(table) for table in tables if table not in KEPT]
    return [f"DELETE FROM {name}" for name in names]  # noqa: S608 - our own tables


def _fill_nothing(*args: object) -> None:
    """Stand for the signal that fills the tables which are kept."""
