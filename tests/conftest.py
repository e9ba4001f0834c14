from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db.backends.postgresql.operations import DatabaseOperations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytest_plugins = ["tests.cast", "tests.clockwork", "tests.stage"]


def pytest_configure() -> None:
    # Tests sign in a thousand times; a slow hash protects nobody here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Hashed names need collected files; pages are tested without.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    # Every test empties all tables, of which few have rows: DELETE takes a tenth of
    # the time of TRUNCATE, and foreign keys are checked at the end of it only.
    DatabaseOperations.sql_flush = _sql_delete  # type: ignore[method-assign, assignment]


def _sql_delete(
    operations: DatabaseOperations,
    style: Any,
    tables: Sequence[str],
    **kwargs: object,
) -> list[str]:
    names = map(operations.quote_name, tables)
    return [f"DELETE FROM {name}" for name in names]  # noqa: S608 - our own tables


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every test that uses the database commit: on_commit must really run."""
    for item in items:
        if _uses_database(item):
            item.add_marker(pytest.mark.django_db(transaction=True), append=False)


def _uses_database(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") is not None
    return marked or "db" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings: None
) -> None:
    """Keep SQLite in a file: threads of one process share it as in production."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        folder: Path = tmp_path_factory.mktemp("database")
        database.setdefault("TEST", {})["NAME"] = str(folder / "parley.sqlite3")
