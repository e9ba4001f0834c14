from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from administration import demo, demo_removal
from administration.history import day, making
from agents.models import Agent
from core import clock
from reports import demo as scored_demo

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """It stands here, above the rooms that it brings together."""

    help = "Load the demo organisations Acme and Globex; harmless when repeated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--remove",
            action="store_true",
            help="Take them away instead, with everything that was added to them.",
        )
        parser.add_argument(
            "--history",
            type=int,
            metavar="DAYS",
            help="Add so many days of contacts to them, today up to now among them.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            self._remove()
        elif options["history"] is not None:
            self._make_history(options["history"])
        else:
            demo.load()
            scored_demo.load()
            self.stdout.write("The demo organisations are loaded.")

    def _make_history(self, days: int) -> None:
        now = clock.now()
        try:
            made = making.make(days=days, now=now)
        except making.NoHistory as error:
            raise CommandError(str(error)) from error
        for slug, what in made.items():
            self.stdout.write(f"{what}.")
            call_command("rollups", "--rebuild", organisation=slug, stdout=self.stdout)
        scored_demo.load()
        reviewed = scored_demo.review(shop_of=day.shop_of, now=now)
        self.stdout.write(f"{reviewed} conversations are reviewed.")

    def _remove(self) -> None:
        try:
            gone = demo_removal.remove()
        except DatabaseError as error:
            raise CommandError(f"Nothing was removed: {error}") from error
        if not gone:
            self.stdout.write("There is no demo here.")
        for what in gone:
            self.stdout.write(f"Removed: {what}.")
        if settings.DEMO:
            self.stdout.write("PARLEY_DEMO is on: the next start loads it again.")
        if not Agent.objects.filter(is_superuser=True, is_active=True).exists():
            self.stdout.write(
                "Nobody runs the platform now. Make its first administrator: "
                "manage.py createsuperuser"
            )
