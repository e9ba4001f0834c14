from __future__ import annotations

import gc
from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.utils import translation

from tests import emptying

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Variations of a test that are fast. Another database may see other statements
# differently; that it sees other values so is what `telling` is for.
FEW, FEW_ON_SQLITE = 3, 1

pytest_plugins = [
    *("tests.cast", "tests.chats", "tests.clockwork", "tests.stage"),
    *("tests.installations", "tests.post_office"),
    *("tests.contacts.situations", "tests.contacts.files", "tests.agents.servers"),
]


def pytest_configure() -> None:
    # Tests sign in a thousand times; a slow hash protects nobody here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Hashed names need collected files; pages are tested without.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    # Nobody but a few tests has workers: a task runs where it is sent.
    celery = import_module("config.celery").app
    celery.conf.task_always_eager = True
    emptying.install()


def pytest_runtest_setup() -> None:
    """Begin each test in English: the last request has left its language behind."""
    translation.deactivate()


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what stays until the end: all modules,
    all tests. Looking through them again and again takes a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Let every test that uses the database commit: on_commit must really run. Those
    in a browser come last: it keeps an event loop running in this thread."""
    _leave_to_the_thorough(items)
    for item in items:
        if _uses_database(item):
            item.add_marker(pytest.mark.django_db(transaction=True), append=False)
            item.add_marker(pytest.mark.database)
    yield  # to pytest-django, which puts those without a database last
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def _leave_to_the_thorough(items: list[pytest.Item]) -> None:
    """Of many variations only the first are fast: they run the same lines and the same
    statements as the others. Where they do not, `telling` keeps all of them."""
    few = FEW_ON_SQLITE if _on_sqlite() else FEW
    told: Counter[str] = Counter()
    for item in items:
        name, _, variation = item.nodeid.partition("[")
        told[name] += 1
        if variation and told[name] > few and not item.get_closest_marker("telling"):
            item.add_marker(pytest.mark.thorough)


def _uses_database(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") is not None
    return marked or "db" in getattr(item, "fixturenames", ())


def _on_sqlite() -> bool:
    return bool(settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings: None
) -> None:
    """Keep SQLite in a file: threads of one process share it as in production."""
    if _on_sqlite():
        database = settings.DATABASES["default"]
        folder: Path = tmp_path_factory.mktemp("database")
        database.setdefault("TEST", {})["NAME"] = str(folder / "parley.sqlite3")
