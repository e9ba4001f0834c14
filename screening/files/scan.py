"""One scan: what readers say goes through it, and what they may use up."""

from __future__ import annotations

from screening.files.numbers import has_card, has_card_in_bytes
from screening.files.verdicts import CardFound, Unreadable

MOST_MEMBERS = 2000
MOST_INFLATED = 100 * 1024 * 1024  # bytes
DEEPEST = 5  # files in files


class Scan:
    """Takes what readers find in a file; raises CardFound at the first card number.

    A part that nobody can read is noted, and the others are read all the same.
    """

    def __init__(self) -> None:
        self.has_text = False
        self.problem: Exception | None = None
        self._members = 0
        self._inflated = 0

    def text(self, text: str) -> None:
        """Search a text."""
        if not self.has_text and text.strip():
            self.has_text = True
        if has_card(text):
            raise CardFound

    def bytes(self, content: bytes) -> None:
        """Search bytes of which nobody knows what they are."""
        if has_card_in_bytes(content):
            raise CardFound

    def note(self, problem: Exception) -> None:
        """Note that a part of the file cannot be read; the first one counts."""
        self.problem = self.problem or problem

    def spend(self, inflated: int) -> None:
        """Count what unpacking has made. Raise Unreadable where it is too much."""
        self._inflated += inflated
        if self._inflated > MOST_INFLATED:
            raise Unreadable

    def spend_members(self, number: int) -> None:
        self._members += number
        if self._members > MOST_MEMBERS:
            raise Unreadable
