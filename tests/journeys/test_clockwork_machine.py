"""People do anything in any order while time passes: what must hold, holds.

`PARLEY_MACHINE_STEPS=100` tells longer stories, `PARLEY_MACHINE_SEED=7` others.
"""

from __future__ import annotations

import os

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from agents.models import TransferNoAnswer
from core import clock
from tests.clockwork import Clockwork
from tests.journeys import invariants
from tests.journeys.people import COMMANDS, PROFILES, QUEUES, Dice, People

FEW, MANY = 4, 80
STEPS = int(os.environ.get("PARLEY_MACHINE_STEPS", "40"))
SEED = int(os.environ.get("PARLEY_MACHINE_SEED", "1"))

names = [name for name, often in COMMANDS.items() for _ in range(often)]


class Floor(RuleBasedStateMachine):
    """A small contact centre. One rule: several would be switched off at random."""

    def __init__(self) -> None:
        super().__init__()
        self._real_now = clock.now
        clockwork = Clockwork()
        clock.now = lambda: clockwork.now
        self.people = People(clockwork)

    @initialize(no_answer=st.sampled_from(TransferNoAnswer), keeps=st.booleans())
    def the_organisation_chooses(self, no_answer: str, keeps: bool) -> None:
        self.people.choose(transfer_no_answer=no_answer, transfer_keeps_place=keeps)

    @rule(
        what=st.sampled_from(names),
        dice=st.builds(
            Dice,
            pick=st.integers(0, 59),
            name=st.sampled_from(list(PROFILES)),
            queue=st.sampled_from(QUEUES),
        ),
    )
    def happens(self, what: str, dice: Dice) -> None:
        getattr(self.people, what)(dice)

    @invariant()
    def all_is_well(self) -> None:
        invariants.check_always()

    def teardown(self) -> None:
        try:
            invariants.check_figures(self.people.acme)
        finally:
            clock.now = self._real_now
            call_command("flush", verbosity=0, interactive=False)


@pytest.mark.slow
@pytest.mark.django_db
def test_the_floor(clockwork: Clockwork) -> None:
    _tell_stories(FEW)


@pytest.mark.longest
@pytest.mark.django_db
def test_many_floors(clockwork: Clockwork) -> None:
    _tell_stories(MANY)


def _tell_stories(number: int) -> None:
    bounds = settings(
        max_examples=number,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(SEED)(Floor), settings=bounds)
