"""Keeps the catalogues of locale/ in order: bin/messages. See docs/languages.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Takes new texts into the catalogues of locale/ and compiles them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing, say what is missing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from config import catalogues
        except ModuleNotFoundError as error:
            sentence = f"{error.name} is missing: use bin/messages, which installs it."
            raise CommandError(sentence) from error
        said = catalogues.said()
        mistakes = []
        for language in catalogues.languages():
            if not options["check"]:
                catalogues.update(language, said)
            mistakes += sorted(catalogues.mistakes(language, said))
        if mistakes:
            number = f"{len(mistakes)} to put right in locale/."
            raise CommandError("\n".join([*mistakes, number]))
        self.stdout.write("All texts are translated.")
