from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config import preparing, running, secret, startup, welcome
from core import outages

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "The part of `run` that needs the apps: database, static files, welcome."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Is SQLite whole?")
        parser.add_argument("--address", required=True, help="Where people come.")
        parser.add_argument("--answer", type=int, required=True, help="A descriptor.")

    def handle(self, *args: Any, **options: Any) -> None:
        os.umask(0o077)
        answer = self._prepare(options["address"], check=options["check"])
        os.write(options["answer"], json.dumps(answer).encode())

    def _prepare(self, address: str, *, check: bool) -> dict[str, str]:
        """Return the welcome, or why there is none."""
        try:
            running.show_log()
            if check:
                preparing.check_database()
            asyncio.run(self._in_parallel())
            return {"welcome": welcome.text(address)}
        except startup.CannotStart as reason:
            return {"refusal": str(reason)}
        except OSError as error:
            if error.errno not in outages.DISK_FULL:
                raise
            return {"refusal": secret.unusable(settings.DATA, error)}

    async def _in_parallel(self) -> None:
        await asyncio.gather(
            asyncio.to_thread(preparing.prepare_database),
            asyncio.to_thread(preparing.collect_static_files),
        )
