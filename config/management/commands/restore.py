from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader

from config import startup
from config.backups import archive, databases
from core import clock

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from config.backups.archive import Manifest


class Command(BaseCommand):
    help = "Bring back what bin/backup kept. What was there before is moved aside."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        os.umask(0o077)
        file: Path = options["file"].absolute()
        try:
            settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
            with startup.claim(settings.DATA):
                self._restore(file)
        except (startup.CannotStart, databases.CannotDo) as error:
            raise CommandError(str(error)) from error
        except archive.Damaged as error:
            sentence = f"{file} is no back-up of Parley, or not all of one: {error}"
            raise CommandError(sentence) from error
        except (Error, OSError) as error:
            raise CommandError(f"The back-up could not be restored: {error}") from error

    def _restore(self, file: Path) -> None:
        database = databases.current()
        aside = settings.DATA / f"before-restore-{clock.now():%Y%m%d-%H%M%S}"
        if not file.exists():
            raise CommandError(f"There is no file {file}.")
        with archive.unpacked(file, inside=settings.DATA) as (folder, manifest):
            _refuse_others(manifest, database.kind)
            database.refuse_if_in_use()
            kept = database.restore(folder / archive.DATABASE, aside=aside)
            self._put_back_files(folder, aside)
        self.stdout.write(f"{file}, made at {manifest.made_at}, is restored.")
        places = [place for place in (kept, str(aside)) if place]
        if kept or aside.exists():
            self.stdout.write(f"What was there before is in {' and '.join({*places})}.")
        self.stdout.write("Start Parley: it migrates what an older version made.")

    def _put_back_files(self, folder: Path, aside: Path) -> None:
        media, key = Path(settings.MEDIA_ROOT), settings.DATA / archive.SECRET_KEY
        archive.put_aside([media, key], aside)
        if (folder / archive.MEDIA).exists():
            (folder / archive.MEDIA).replace(media)
        restored = (folder / archive.SECRET_KEY).read_text()
        (folder / archive.SECRET_KEY).replace(key)
        if os.environ.get("SECRET_KEY", restored) != restored:
            self.stderr.write(
                "SECRET_KEY is set, and is not the one of the back-up: what that one "
                f"has encrypted is read with it ({key}) in SECRET_KEY_FALLBACKS only."
            )


def _refuse_others(manifest: Manifest, kind: str) -> None:
    """Raise CommandError where this Parley cannot work on such a back-up."""
    if manifest.database != kind:
        raise CommandError(
            f"This back-up is of {manifest.database}, and this installation uses "
            f"{kind}: DATABASE_URL says which."
        )
    known = MigrationLoader(connection, ignore_no_migrations=True).disk_migrations
    unknown = [key for key in map(tuple, manifest.migrations) if key not in known]
    if manifest.format > archive.FORMAT or unknown:
        names = ", ".join(f"{app} {name}" for app, name in unknown[:3])
        raise CommandError(
            f"This back-up is of a newer Parley ({names or 'another format'}): install "
            "that version, then try again."
        )
