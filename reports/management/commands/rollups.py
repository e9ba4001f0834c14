"""`manage.py rollups`: counts for reports what is due, or anew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from agents.models import Organisation
from core import clock
from reports import quarters
from reports.services import rolling

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from django.db.models import QuerySet


class Command(BaseCommand):
    help = "Count what has happened for reports; with --rebuild anew, from the rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild", action="store_true", help="what was counted already, too"
        )
        parser.add_argument(
            "--since", type=_day, help="with --rebuild: from this day (UTC) on"
        )
        parser.add_argument("--organisation", help="this one alone, by its slug")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["since"] and not options["rebuild"]:
            raise CommandError("--since is of --rebuild alone.")
        now = clock.now()
        since = options["since"] and quarters.number(options["since"])
        for organisation in _organisations(options["organisation"]):
            pk = organisation.pk
            if options["rebuild"]:
                rolling.rebuild(organisation_id=pk, since=since, now=now)
            rolling.roll(organisation_id=pk, now=now)
            self.stdout.write(f"{organisation}: counted")


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _organisations(slug: str | None) -> QuerySet[Organisation]:
    rows = Organisation.objects.order_by("pk")
    if slug is None:
        return rows
    if not rows.filter(slug=slug).exists():
        raise CommandError(f"There is no organisation “{slug}”.")
    return rows.filter(slug=slug)
