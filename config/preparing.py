"""What has to be there before anything is served: the database and the static files."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from config import secret, startup
from config.backups import databases
from config.startup import CannotStart
from config.supervisor import log
from core import outages

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_database() -> None:
    """Raise CannotStart where what is left of an SQLite database is not whole."""
    if connection.vendor != "sqlite":
        return
    path = Path(connection.settings_dict["NAME"])
    if not path.exists():
        return
    log.info("Parley was not stopped in order: its database is being checked")
    if faults := databases.faults_of(path, check="quick_check"):
        raise CannotStart(
            f"The database {path} is damaged: {faults} Bring a back-up back with "
            "bin/restore FILE."
        )


def prepare_database() -> None:
    """Migrate, and load the demo where it is due. Raise CannotStart."""
    try:
        _migrate()
    except Error as error:
        if outages.is_full(error):
            full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            raise CannotStart(secret.unusable(settings.DATA, full)) from error
        raise CannotStart(f"The database cannot be used: {error}") from error
    finally:
        connection.close()


def _migrate() -> None:
    wanted = settings.DATA / "demo.wanted"
    is_allowed = settings.DEMO or not settings.IS_PUBLIC
    if settings.DEMO or _is_new_embedded_database():
        # Stays until the data is in, so that a start that was cut short goes on.
        wanted.touch()
    if pending := _pending_migrations():
        log.info("Setting up the database: %d migrations", pending)
        call_command("migrate", interactive=False, verbosity=0)
    if wanted.exists():
        if is_allowed:
            log.info("Loading the demo organisations")
            call_command("demo", verbosity=0)
        wanted.unlink()
    if is_allowed and settings.LLM_URL:
        from administration import demo  # its models are there by now

        demo.connect_model()


def _is_new_embedded_database() -> bool:
    return (
        settings.EMBEDDED_DATABASE
        and not Path(settings.DATABASES["default"]["NAME"]).exists()
    )


def _pending_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def collect_static_files() -> None:
    """Collect the static files, unless they are those of the last time."""
    stamp = startup.stamp_of_static_files()
    state = _state_of_static_files()
    if stamp.exists() and stamp.read_text() == state:
        return
    log.info("Collecting the static files")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state)


def _state_of_static_files() -> str:
    digest = hashlib.sha256()
    for path in sorted(_static_files()):
        found = path.stat()
        digest.update(f"{path}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _static_files() -> Iterator[Path]:
    for finder in get_finders():
        for name, place in finder.list(ignore_patterns=[]):
            yield Path(place.path(name))
