"""A column is looked for among thousands of numbers as among one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.models import Agent
from core.expressions import Among

if TYPE_CHECKING:
    from tests.stage import Counted


def test_it_finds_who_is_among_them(alice: Agent, bob: Agent) -> None:
    found = Agent.objects.filter(Among("pk", {alice.pk, alice.pk + 10_000_000}))

    assert list(found) == [alice]
    assert bob not in found


def test_thousands_are_one_value(alice: Agent, bob: Agent) -> None:
    others = range(10**12, 10**12 + 70_000)

    found = Agent.objects.filter(Among("pk", [alice.pk, *others]))

    assert list(found) == [alice]
    assert bob not in found


def test_nobody_is_among_nobody(alice: Agent, counted: Counted) -> None:
    nobody = Agent.objects.filter(Among("pk", []))

    assert counted(lambda: list(nobody)) == 0
    assert list(nobody) == []
