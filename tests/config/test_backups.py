"""Back-ups are made and brought back, on both databases."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import sqlite3
import stat
import tarfile
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING
from urllib.parse import unquote

import psycopg
import pytest

from config import startup
from tests import machine, services
from tests.commands import manage, said, shell
from tests.parley import READY, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.installations import Install

pytestmark = pytest.mark.slow

SECRET = "a-secret-of-the-site-and-of-parley-alone"
FILL = f"""
from agents.models import Organisation
from queues.models import EntryPoint
Organisation.objects.filter(slug="acme").update(name="Before")
EntryPoint.objects.update(identity_secret="{SECRET}")
"""
CHANGE = """
from agents.models import Organisation
Organisation.objects.filter(slug="acme").update(name="After")
"""
TELL = """
from agents.models import Organisation
from queues.models import EntryPoint
print(Organisation.objects.get(slug="acme").name)
print(*{row.identity_secret for row in EntryPoint.objects.all()})
"""
DIE = """
import os, signal
os.kill(os.getpid(), signal.SIGKILL)
"""
NAME_IN = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT name FROM %s.agents_organisation WHERE slug = 'acme'")
    print(cursor.fetchone()[0])
"""
BEFORE = f"Before\n{SECRET}\n"
AFTER = f"After\n{SECRET}\n"


class Installation:
    """A Parley with something in it: database, files, secret key."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        self.environment = environment
        self.media = data / "media" / "attachments" / "invoice.pdf"

    def manage(self, *arguments: str) -> str:
        return said(manage(self.data, *arguments, environment=self.environment))

    def shell(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "--command", code)

    def fill(self) -> None:
        self.shell(FILL)
        self.media.parent.mkdir(parents=True)
        self.media.write_text("before")

    def change(self) -> None:
        self.shell(CHANGE)
        self.media.write_text("after")

    def refusal(self, *arguments: str) -> str:
        """Return why the command did not do it."""
        process = manage(self.data, *arguments, environment=self.environment)
        _, errors = process.communicate()
        assert process.returncode == 1
        assert "Traceback" not in errors
        return errors


@pytest.fixture
def on_sqlite(tmp_path: Path, install: Install) -> Installation:
    install(tmp_path / "data")
    return Installation(tmp_path / "data")


@pytest.fixture(scope="module")
def original() -> Iterator[Path]:
    """A folder with a cluster that has the demo in it, and with the data beside it."""
    programs = machine.postgresql()
    with services.short_folder() as folder:
        with services.postgresql(programs, folder / "pg") as url:
            here = Installation(
                folder / "data", DATABASE_URL=in_its_first_database(url)
            )
            here.manage("migrate", "--verbosity", "0")
            here.manage("demo")
        yield folder


def in_its_first_database(url: str) -> str:
    return url.removesuffix("parley") + "postgres"


@pytest.fixture
def on_postgresql(tmp_path: Path, original: Path) -> Iterator[Installation]:
    programs = machine.postgresql()
    shutil.copytree(original / "data", tmp_path / "data")
    with services.short_folder() as folder:
        services.copy_cluster(original / "pg", folder / "pg")
        with services.postgresql(programs, folder / "pg") as url:
            address = in_its_first_database(url)
            path = f"{programs}:{os.environ['PATH']}"
            yield Installation(tmp_path / "data", DATABASE_URL=address, PATH=path)


@pytest.mark.parametrize("where", ["on_sqlite", "on_postgresql"])
@pytest.mark.longest
def test_what_was_kept_comes_back_and_what_was_there_is_kept(
    where: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    here: Installation = request.getfixturevalue(where)
    here.fill()
    file = tmp_path / "parley.tar.gz"

    here.manage("backup", str(file))
    here.change()
    kept = here.manage("restore", str(file))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert here.shell(TELL) == BEFORE
    assert here.media.read_text() == "before"
    [aside] = here.data.glob("before-restore-*")
    assert str(aside) in kept
    assert (aside / "media" / "attachments" / "invoice.pdf").read_text() == "after"
    # A back-up of what was restored is like any other, and so is its restoring.
    here.manage("backup", str(file))
    here.change()
    here.manage("restore", str(file))
    assert here.shell(TELL) == BEFORE
    here.manage("migrate", "--check")


def test_the_old_tables_are_in_a_schema_of_their_own(
    on_postgresql: Installation, tmp_path: Path
) -> None:
    on_postgresql.fill()
    file = str(tmp_path / "parley.tar.gz")
    on_postgresql.manage("backup", file)
    on_postgresql.change()

    kept = on_postgresql.manage("restore", file)

    [aside] = on_postgresql.data.glob("before-restore-*")
    schema = aside.name.replace("-", "_")
    assert schema in kept
    assert on_postgresql.shell(NAME_IN % schema) == "After\n"


def test_a_restore_elsewhere_has_the_key_with_it(
    on_sqlite: Installation, tmp_path: Path
) -> None:
    on_sqlite.fill()
    file = str(tmp_path / "parley.tar.gz")
    on_sqlite.manage("backup", file)
    elsewhere = Installation(tmp_path / "elsewhere")

    elsewhere.manage("restore", file)

    assert elsewhere.shell(TELL) == BEFORE
    key = elsewhere.data / "secret_key"
    assert key.read_text() == (on_sqlite.data / "secret_key").read_text()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    database = elsewhere.data / "parley.sqlite3"
    assert stat.S_IMODE(database.stat().st_mode) == 0o600


def test_another_key_in_the_environment_is_pointed_out(
    on_sqlite: Installation, tmp_path: Path
) -> None:
    on_sqlite.fill()
    file = str(tmp_path / "parley.tar.gz")
    on_sqlite.manage("backup", file)

    process = manage(
        on_sqlite.data, "restore", file, environment={"SECRET_KEY": "another"}
    )
    _, warning = process.communicate()

    assert process.returncode == 0
    assert "in SECRET_KEY_FALLBACKS only" in warning


@pytest.mark.longest
def test_a_log_that_a_crash_left_behind_spoils_nothing(
    tmp_path: Path, install: Install
) -> None:
    """The log of one database in another one would corrupt it."""
    here = Installation(tmp_path / "data")
    install(here.data)
    file = str(tmp_path / "parley.tar.gz")
    with running(here.data) as parley:
        parley.until(READY)
        here.shell(FILL)
        here.manage("backup", file)
        parley.end(signal.SIGKILL)
    shell(here.data, f"{CHANGE}{DIE}").communicate()
    assert (here.data / "parley.sqlite3-wal").exists()

    here.manage("restore", file)

    with running(here.data) as parley:
        parley.until("its database is being checked")
        parley.until(READY)
        body = {"email": "alice@acme.example", "password": "parley-demo"}
        answer, _ = parley.ask("POST", "/api/v1/auth/token/", body)
        assert answer.status == 200
    assert here.shell(TELL) == BEFORE
    with closing(sqlite3.connect(here.data / "parley.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


# --- refusals -----------------------------------------------------------------
@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory, install: Install
) -> Iterator[Installation]:
    """An installation that no refusal changes, with a back-up beside it."""
    here = Installation(tmp_path_factory.mktemp("parley") / "data")
    install(here.data)
    here.fill()
    here.manage("backup", str(here.data.parent / "good.tar.gz"))
    here.change()
    yield here
    assert here.shell(TELL) == AFTER
    assert here.media.read_text() == "after"
    assert not [*here.data.glob("before-restore-*"), *here.data.glob(".restoring-*")]


def changed(filled: Installation, **manifest: object) -> Path:
    """Return a back-up that says something else of itself."""
    good, folder = filled.data.parent / "good.tar.gz", filled.data.parent / "unpacked"
    with tarfile.open(good) as tar:
        tar.extractall(folder, filter="data")
    file = folder / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **manifest}))
    other = filled.data.parent / "other.tar.gz"
    with tarfile.open(other, "w:gz") as tar:
        for path in folder.iterdir():
            tar.add(path, path.name)
    return other


def test_not_while_parley_runs(filled: Installation) -> None:
    with startup.claim(filled.data):
        refusal = filled.refusal("restore", str(filled.data.parent / "good.tar.gz"))

    assert "Another copy of Parley is running on" in refusal


def test_not_while_others_use_the_server(
    on_postgresql: Installation, tmp_path: Path
) -> None:
    on_postgresql.fill()
    file = str(tmp_path / "parley.tar.gz")
    on_postgresql.manage("backup", file)

    address = unquote(on_postgresql.environment["DATABASE_URL"].partition("@/")[2])
    host, _, name = address.rpartition("/")
    with psycopg.connect(host=host, dbname=name, user="parley"):
        refusal = on_postgresql.refusal("restore", file)

    assert "1 others are connected to the database" in refusal
    assert on_postgresql.shell(TELL) == BEFORE


def test_not_of_a_newer_parley(filled: Installation) -> None:
    newer = changed(filled, migrations=[["contacts", "9999_of_tomorrow"]])

    refusal = filled.refusal("restore", str(newer))

    assert "newer Parley (contacts 9999_of_tomorrow)" in refusal


def test_not_of_another_database(filled: Installation) -> None:
    other = changed(filled, database="postgresql")

    refusal = filled.refusal("restore", str(other))

    assert "is of postgresql, and this installation uses sqlite" in refusal


@pytest.mark.parametrize("harm", ["cut short", "changed", "something else", "nothing"])
def test_not_of_a_file_that_is_not_whole(filled: Installation, harm: str) -> None:
    content = bytearray((filled.data.parent / "good.tar.gz").read_bytes())
    middle = len(content) // 2
    if harm == "cut short":
        del content[middle:]
    elif harm == "changed":
        content[-6] ^= 0xFF  # of the checksum
    elif harm == "something else":
        content = bytearray(gzip.compress(b"hello"))
    file = filled.data.parent / f"{harm.replace(' ', '-')}.tar.gz"
    if harm != "nothing":
        file.write_bytes(content)

    refusal = filled.refusal("restore", str(file))

    assert "is no back-up of Parley" in refusal or "There is no file" in refusal


def test_not_of_a_database_that_is_damaged(filled: Installation) -> None:
    with ExitStack() as stack:
        other = changed(filled)
        folder = filled.data.parent / "unpacked"
        harm(folder / "database")
        tar = stack.enter_context(tarfile.open(other, "w:gz"))
        for path in folder.iterdir():
            tar.add(path, path.name)

    refusal = filled.refusal("restore", str(other))

    assert "The database is damaged" in refusal


def harm(database: Path) -> None:
    """Write nonsense into the middle of the file, page by page."""
    pages = database.stat().st_size // 4096
    with database.open("r+b") as file:
        for page in range(pages // 2, pages):
            file.seek(page * 4096)
            file.write(b"\xff" * 64)


def test_a_failed_back_up_leaves_the_older_one(tmp_path: Path) -> None:
    empty = Installation(tmp_path / "data")
    file = tmp_path / "parley.tar.gz"
    file.write_text("an older one")

    refusal = empty.refusal("backup", str(file))

    assert "There is no database at" in refusal
    assert file.read_text() == "an older one"
    assert [path.name for path in tmp_path.iterdir()] == ["data", file.name]


# --- after an unclean stop ----------------------------------------------------
def test_a_damaged_database_is_found_at_the_next_start(
    tmp_path: Path, install: Install
) -> None:
    here = Installation(tmp_path / "data")
    install(here.data)
    with running(here.data) as parley:
        parley.until(READY)
        parley.end(signal.SIGKILL)
    with closing(sqlite3.connect(here.data / "parley.sqlite3")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    harm(here.data / "parley.sqlite3")

    with running(here.data) as parley:
        assert parley.ended() == 1

    assert "redis started" in parley.said[0]
    assert "its database is being checked" in parley.said[1]
    assert "is damaged" in parley.said[2]
    assert parley.said[-1].endswith("Bring a back-up back with bin/restore FILE.\n")
