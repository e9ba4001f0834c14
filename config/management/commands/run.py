from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from config import running


class Command(BaseCommand):
    """Only for the list of commands: manage.py comes to `running` without Django."""

    help = "Set up what is missing, then run everything until Ctrl-C."
    # The test suite runs the checks; here they would only delay the start.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        running.main()
