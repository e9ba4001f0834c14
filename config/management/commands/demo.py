"""The demo with what its conversations are scored by.

It stands here, above the rooms that it brings together.
"""

from __future__ import annotations

from typing import Any

from administration.management.commands.demo import Command as OfTheCentres
from core import clock
from reports import demo


class Command(OfTheCentres):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options["remove"]:
            return
        demo.load()
        # Of the contacts that people have tried out none is reviewed.
        if options.get("history") is not None:
            made = demo.review(now=clock.now())
            self.stdout.write(f"{made} conversations are reviewed.")
