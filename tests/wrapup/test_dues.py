"""A sweep with nothing to do asks the database one thing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import OperationalError

from agents.models import Presence
from agents.services import presence
from contacts.models import Contact
from core.set_aside import SetAside
from tests import steps
from tests.contacts.floor import state_of
from tests.factories import ContactFactory
from wrapup import dues, tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from tests.stage import Counted
    from tests.steps import Chat


@pytest.fixture(autouse=True)
def nothing_is_noted(clockwork: Clockwork) -> None:
    """Let the timers of Redis have done their work."""
    clockwork.sweeps()


def open_desk(agent: Agent, clockwork: Clockwork) -> None:
    presence.open_sockets(
        sockets={uuid4(): agent.address}, process=uuid4(), now=clockwork.now
    )


def test_where_nothing_is_due_a_sweep_is_one_statement(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork, counted: Counted
) -> None:
    steps.go_available(alice)
    open_desk(alice, clockwork)
    clockwork.sweeps()

    assert counted(tasks.run_timers) == 1


def test_an_installation_without_anybody_costs_one_statement(
    direct: EntryPoint, counted: Counted
) -> None:
    assert counted(tasks.run_timers) == 1


Situation = tuple["Agent", "EntryPoint", "Clockwork"]


def a_queued_contact(alice: Agent, direct: EntryPoint, clockwork: Clockwork) -> None:
    steps.open_chat(direct)


def an_offer_that_has_passed(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.offered(alice, direct)
    open_desk(alice, clockwork)
    clockwork.moves(seconds=35)


def an_agent_without_a_desk(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.go_available(alice)


def a_customer_without_a_page(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    Presence.objects.create(address=f"customer.{uuid4()}", last_heard_at=clockwork.now)


def a_process_that_died(alice: Agent, direct: EntryPoint, clockwork: Clockwork) -> None:
    open_desk(alice, clockwork)
    clockwork.moves(seconds=15)


def a_customer_who_is_away(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.connected(alice, direct)
    open_desk(alice, clockwork)
    Contact.objects.update(customer_away_since=clockwork.now)


def a_wrap_up_that_is_over(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.end(alice, steps.connected(alice, direct))
    open_desk(alice, clockwork)
    clockwork.moves(seconds=3600)


def a_turn_that_nobody_took(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    a_second = timedelta(seconds=1)
    contact = ContactFactory.create(organisation=alice.organisation)
    Contact.objects.filter(pk=contact.pk).update(
        state="bot", turn_due_at=clockwork.now - a_second
    )


@pytest.mark.parametrize(
    "happens",
    [
        a_queued_contact,
        a_turn_that_nobody_took,
        an_offer_that_has_passed,
        an_agent_without_a_desk,
        a_customer_without_a_page,
        a_process_that_died,
        a_customer_who_is_away,
        a_wrap_up_that_is_over,
    ],
)
def test_whatever_may_be_due_is_seen(
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    happens: Callable[[Agent, EntryPoint, Clockwork], None],
) -> None:
    Presence.objects.all().delete()
    assert not dues.is_anything_due(clockwork.now)

    happens(alice, direct, clockwork)

    assert dues.is_anything_due(clockwork.now)


def test_the_statement_is_of_the_moment_it_is_asked_of(
    alice: Agent, acme: Organisation, clockwork: Clockwork
) -> None:
    open_desk(alice, clockwork)

    assert not dues.is_anything_due(clockwork.now + timedelta(seconds=14.9))
    assert dues.is_anything_due(clockwork.now + timedelta(seconds=15))


def test_what_is_set_aside_is_tried_again_by_all(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork, counted: Counted
) -> None:
    SetAside(clockwork.now).add("expire_waits", "1", pause=timedelta(seconds=60))

    assert counted(tasks.run_timers) > 1


def test_where_it_cannot_be_asked_all_timers_run(
    alice: Agent, talking: Chat, clockwork: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.go_available(alice)

    def fails(now: object) -> bool:
        raise OperationalError("a statement too long")

    monkeypatch.setattr(dues, "is_anything_due", fails)
    clockwork.runs(seconds=120)

    assert state_of(alice) == "offline"
