"""Routines of PostgreSQL, each in a file of its own beside the Python that calls it."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.db.migrations.operations.base import Operation


def digest_of(text: str) -> str:
    """Return by what a migration names a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class MakeRoutine(Operation):
    """Make a routine as its file says, on PostgreSQL.

    A file that was changed since then has another digest, and is left to the migration
    that names it: a routine is only ever made by one, and made anew where it is there.
    Going back leaves what was there before (`is_there`) as it is.
    """

    reversible = True

    def __init__(
        self, name: str, file: str, *, digest: str, is_there: bool = False
    ) -> None:
        self.name, self.file, self.digest = name, file, digest
        self.is_there = is_there

    def state_forwards(self, app: str, state: Any) -> None:
        """Models do not know of it."""

    def database_forwards(self, app: str, editor: Any, before: Any, after: Any) -> None:
        if editor.connection.vendor != "postgresql":
            return
        text = (settings.BASE_DIR / self.file).read_text()
        if digest_of(text) == self.digest:
            editor.execute(text, params=None)

    def database_backwards(
        self, app: str, editor: Any, before: Any, after: Any
    ) -> None:
        if editor.connection.vendor == "postgresql" and not self.is_there:
            editor.execute(f"DROP ROUTINE IF EXISTS {editor.quote_name(self.name)}")

    def describe(self) -> str:
        return f"Make the routine {self.name} as {self.file} says"
