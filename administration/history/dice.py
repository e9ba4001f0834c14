"""Chance, decided by a word: the same word, the same day."""

from __future__ import annotations

from datetime import timedelta
from math import log
from random import Random
from uuid import UUID


class Dice(Random):
    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def between(self, least: float, most: float) -> timedelta:
        """Return a length of time in seconds, any of them as likely."""
        return timedelta(milliseconds=round(self.uniform(least, most) * 1000))

    def around(self, median: float, *, least: float, most: float) -> timedelta:
        """Return a length of time in seconds as people take it: mostly about the
        median, sometimes far more."""
        seconds = self.lognormvariate(log(median), 0.6)
        return timedelta(milliseconds=round(min(max(seconds, least), most) * 1000))

    def uuid(self) -> UUID:
        return UUID(int=self.getrandbits(128), version=4)
