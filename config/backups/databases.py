"""How each kind of database is dumped, and put back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from config.backups import archive

if TYPE_CHECKING:
    from collections.abc import Mapping

BESIDE_SQLITE = ("-wal", "-shm", "-journal")
ASIDE = "before_restore_"  # how the schemas begin that hold what was there before
# What a restore makes anew; what belongs to extensions stays.
RELATIONS = """
SELECT format('ALTER TABLE %s SET SCHEMA {aside};', oid::regclass) FROM pg_class AS it
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
"""
FUNCTIONS = """
SELECT format('ALTER ROUTINE %s SET SCHEMA {aside};', oid::regprocedure)
FROM pg_proc AS it WHERE pronamespace = 'public'::regnamespace
"""
NO_EXTENSION = """
AND NOT EXISTS (
    SELECT FROM pg_depend WHERE objid = it.oid AND classid = it.tableoid
    AND deptype = 'e'
)
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class CannotDo(Exception):
    """A sentence that says why."""


class SQLite:
    """The file of an SQLite database."""

    kind = "sqlite"

    @property
    def path(self) -> Path:
        return Path(connection.settings_dict["NAME"])

    def refuse_if_missing(self) -> None:
        """Raise CannotDo where there is none; SQLite would make one."""
        if not self.path.exists():
            raise CannotDo(f"There is no database at {self.path}.")

    def dump(self, target: Path) -> None:
        """Copy the database as it is at one moment, also while others write."""
        with connection.cursor(), closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
        target.chmod(0o600)
        self.check(target)

    def check(self, path: Path) -> None:
        """Raise CannotDo where the file is not whole."""
        if faults := faults_of(path, check="integrity_check"):
            raise CannotDo(f"The database is damaged: {faults}")

    def refuse_if_in_use(self) -> None:
        """Do nothing: the lock on the data folder tells."""

    def restore(self, source: Path, *, aside: Path) -> str:
        """Put the file in place; return where the old one is, "" where none was."""
        self.check(source)
        connection.close()
        beside = [self.path.with_name(self.path.name + end) for end in BESIDE_SQLITE]
        # A log that is left beside another database would be written into it.
        archive.put_aside([self.path, *beside], aside)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(source, self.path)
        return str(aside) if aside.exists() else ""


def faults_of(path: Path, *, check: Literal["integrity_check", "quick_check"]) -> str:
    """Return what SQLite finds wrong in the file; "" where it is whole.

    The quick check does not compare indexes with their tables.
    """
    try:
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute(f"PRAGMA {check}(3)").fetchall()
    except sqlite3.DatabaseError as error:
        return f"{error}."
    found = "; ".join(str(text) for (text,) in rows)
    return "" if found == "ok" else f"{found}."


class PostgreSQL:
    """A database of a PostgreSQL server, by means of its own programs."""

    kind = "postgresql"

    def refuse_if_missing(self) -> None:
        """Do nothing: the server tells."""

    def dump(self, target: Path) -> None:
        run(
            *("pg_dump", "--format=custom", "--no-owner", "--no-privileges"),
            *(f"--exclude-schema={ASIDE}*", f"--file={target}", *self._where()),
            environment=self._secrets(),
        )

    def refuse_if_in_use(self) -> None:
        """Raise CannotDo while others are connected: Parley's processes elsewhere."""
        with connection.cursor() as cursor:
            cursor.execute(OTHERS)
            [others] = cursor.fetchone()
        if others:
            raise CannotDo(
                f"{others} others are connected to the database: stop all processes of "
                "Parley, on all machines, then try again."
            )

    def restore(self, source: Path, *, aside: Path) -> str:
        """Put the tables in place, all or none; return the schema of the old ones, ""
        where none were."""
        schema = aside.name.replace("-", "_")
        script = source.with_name("restore.sql")
        run(
            *("pg_restore", "--no-owner", "--no-privileges", "--no-comments"),
            *(f"--file={script}", str(source)),
        )
        first = source.with_name("aside.sql")
        moves = self._moves(schema)
        begin = [f"CREATE SCHEMA {schema};"] if moves else []
        first.write_text("\n".join([*begin, *moves]))
        connection.close()
        run(
            *("psql", "--no-psqlrc", "--quiet", "--single-transaction"),
            *("--set=ON_ERROR_STOP=1", "--output=/dev/null"),
            *(f"--file={first}", f"--file={script}", *self._where()),
            environment=self._secrets(),
        )
        return f"the schema {schema} of the database" if moves else ""

    def _moves(self, schema: str) -> list[str]:
        """Return the statements that put aside what is there."""
        moves = []
        with connection.cursor() as cursor:
            for kind in (RELATIONS, FUNCTIONS):
                cursor.execute(kind.format(aside=schema) + NO_EXTENSION)
                moves += [statement for (statement,) in cursor.fetchall()]
        return moves

    def _where(self) -> list[str]:
        arguments, _ = DatabaseClient.settings_to_cmd_args_env(
            connection.settings_dict, []
        )
        return list(arguments[1:])

    def _secrets(self) -> dict[str, str]:
        _, environment = DatabaseClient.settings_to_cmd_args_env(
            connection.settings_dict, []
        )
        return dict(environment or {})


def run(
    program: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> None:
    """Run a program of PostgreSQL. Raise CannotDo with what it says."""
    try:
        done = subprocess.run(
            [program, *arguments],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise CannotDo(
            f"{program} is not on the PATH: install the client programs of PostgreSQL "
            "(on Debian and Ubuntu: postgresql-client)."
        ) from error
    if done.returncode != 0:
        raise CannotDo(f"{program} failed: {done.stderr.strip()}")


def current() -> SQLite | PostgreSQL:
    return SQLite() if connection.vendor == "sqlite" else PostgreSQL()
