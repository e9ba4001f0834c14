from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection
from django.db.migrations.recorder import MigrationRecorder

from config.backups import archive, databases
from core import clock

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Keep database, files and secret key in one file, also while Parley runs."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="Replaced if it is there.")

    def handle(self, *args: Any, **options: Any) -> None:
        os.umask(0o077)
        file: Path = options["file"].absolute()
        database = databases.current()
        try:
            database.refuse_if_missing()
            manifest = archive.Manifest(
                database=database.kind,
                migrations=[list(key) for key in _applied()],
                made_at=clock.now().isoformat(),
            )
            archive.write(file, manifest, dump=database.dump)
        except databases.CannotDo as error:
            raise CommandError(str(error)) from error
        except (Error, OSError) as error:
            raise CommandError(f"The back-up could not be made: {error}") from error
        size = file.stat().st_size / 1e6
        self.stdout.write(f"Everything is in {file} ({size:.1f} MB).")


def _applied() -> list[tuple[str, str]]:
    return sorted(MigrationRecorder(connection).applied_migrations())
