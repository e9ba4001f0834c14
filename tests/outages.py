"""A database that is away, and disks without room."""

from __future__ import annotations

import resource
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from django.db import connection, connections

from core import threads

if TYPE_CHECKING:
    from collections.abc import Iterator

NOWHERE = "/nowhere"

# What PostgreSQL says of a table that cannot grow.
REFUSE = """
CREATE FUNCTION without_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER without_room BEFORE INSERT ON contacts_message
EXECUTE FUNCTION without_room();
"""
ALLOW = "DROP FUNCTION without_room() CASCADE"


@contextmanager
def database_away() -> Iterator[None]:
    """Let the database be where nobody answers."""
    where = connection.settings_dict
    name = "NAME" if connection.vendor == "sqlite" else "HOST"
    before, where[name] = where[name], f"{NOWHERE}/parley"
    _connect_anew()
    try:
        yield
    finally:
        where[name] = before
        _connect_anew()


@contextmanager
def without_room_for_messages() -> Iterator[None]:
    """Let the database answer, and store no message."""
    if connection.vendor == "sqlite":
        with _as_large_as_it_is():
            yield
        return
    _execute(REFUSE)
    try:
        yield
    finally:
        _execute(ALLOW)


@contextmanager
def _as_large_as_it_is() -> Iterator[None]:
    """Let the file of the database grow no more, nor have room of deleted rows."""
    _connect_anew()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA page_count")
        [pages] = cursor.fetchone()
    options = connections.settings["default"]["OPTIONS"]
    before = options["init_command"]
    options["init_command"] = f"{before} PRAGMA max_page_count={pages};"
    _connect_anew()
    try:
        yield
    finally:
        options["init_command"] = before
        _connect_anew()


def _connect_anew() -> None:
    """Make the next connections new ones: they learn what has been set."""
    connection.close()
    threads.close_connections()
    if connection.vendor != "sqlite":
        connection.close_pool()  # type: ignore[attr-defined]


@contextmanager
def without_room_for_files() -> Iterator[None]:
    """Let the server of the database, or this process, write no file."""
    with ExitStack() as stack:
        if connection.vendor == "sqlite":
            stack.enter_context(_no_file_of_this_process())
        else:
            stack.enter_context(_no_file_of_the_server())
        yield


@contextmanager
def _no_file_of_this_process() -> Iterator[None]:
    _, most = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextmanager
def _no_file_of_the_server() -> Iterator[None]:
    with _set_for_the_database("temp_file_limit = 0"):
        yield


@contextmanager
def read_only() -> Iterator[None]:
    """Let PostgreSQL answer, and take no changes, as a stand-by does."""
    with _set_for_the_database("default_transaction_read_only = on"):
        yield


@contextmanager
def _set_for_the_database(setting: str) -> Iterator[None]:
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    _execute(f"ALTER DATABASE {name} SET {setting}")
    _connect_anew()
    try:
        yield
    finally:
        _execute("SET default_transaction_read_only = off")
        _execute(f"ALTER DATABASE {name} RESET ALL")
        _connect_anew()


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
