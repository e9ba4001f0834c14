from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from administration import demo


class Command(BaseCommand):
    help = "Load the demo organisations Acme and Globex; harmless when repeated."

    def handle(self, *args: Any, **options: Any) -> None:
        demo.load()
        self.stdout.write("The demo organisations are loaded.")
