"""`manage.py demo --history`: when days are made, where, and when they are not."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from agents.models import Agent, AgentState, Organisation, StateLog
from contacts.models import (
    Assignment,
    Contact,
    Customer,
    Message,
    QueueVisit,
    VisitOutcome,
)
from reports import counting
from reports.models import Rolled
from tests import steps
from tests.administration.history import A_DAY, SUNDAY, TUESDAY, days_of, make
from tests.administration.pages.world import everything
from tests.journeys import invariants
from tests.steps import API, client_for

if TYPE_CHECKING:
    from tests.clockwork import Clockwork

pytestmark = pytest.mark.django_db

# What is counted anew each time.
TABLES: list[Any] = [*counting.TABLES, Rolled]
COUNTED = {table._meta.label for table in TABLES}


@pytest.fixture(autouse=True)
def demo(clockwork: Clockwork) -> None:
    clockwork.moves_to(TUESDAY)
    call_command("demo", verbosity=0)


@pytest.fixture
def acme() -> Organisation:
    return Organisation.objects.get(slug="acme")


@pytest.fixture
def alice() -> Agent:
    return Agent.objects.get(email="alice@acme.example")


def test_a_day_is_made_once_and_days_are_added_at_both_ends(
    acme: Organisation, clockwork: Clockwork
) -> None:
    clockwork.moves_to(SUNDAY)
    make(1)
    first = everything()

    make(1)

    again = everything()
    assert {label: again[label] for label in again if label not in COUNTED} == {
        label: first[label] for label in first if label not in COUNTED
    }
    make(2)
    assert set(days_of(acme)) == {"2035-03-10", "2035-03-11"}
    clockwork.moves_to(SUNDAY + A_DAY / 2)
    make(2)
    assert set(days_of(acme)) == {"2035-03-10", "2035-03-11", "2035-03-12"}
    invariants.check_always()


def test_reports_count_it_at_once(acme: Organisation, clockwork: Clockwork) -> None:
    clockwork.moves_to(SUNDAY - A_DAY)
    call_command("rollups", verbosity=0)
    clockwork.moves_to(SUNDAY)
    make(2)

    ada = Agent.objects.get(email="admin@acme.example")
    span = {"since": "2035-03-10", "until": "2035-03-12", "interval": "day"}
    report = client_for(ada).get(f"{API}/reports/queues/", span).json()

    visits = QueueVisit.objects.filter(queue__organisation=acme)
    answered = visits.filter(outcome=VisitOutcome.ANSWERED).count()
    assert report["totals"]["answered"] == answered > 0


def test_the_same_day_is_the_same_everywhere(
    acme: Organisation, clockwork: Clockwork
) -> None:
    clockwork.moves_to(SUNDAY)
    make(1)
    lines = Message.objects.order_by("contact", "seq")
    said = list(lines.values_list("contact", "seq", "text", "created_at"))
    assert said

    call_command("demo", "--remove")
    call_command("demo", verbosity=0)
    make(1)

    assert said == list(lines.values_list("contact", "seq", "text", "created_at"))


def test_who_has_really_been_there_is_left_alone(
    alice: Agent, clockwork: Clockwork
) -> None:
    clockwork.moves_to(TUESDAY - timedelta(hours=1))
    steps.go_available(alice)
    alice.refresh_from_db()
    since, clock_of = alice.state_since, alice.available_since
    clockwork.moves_to(TUESDAY)

    make(2)

    alice.refresh_from_db()
    assert alice.state == AgentState.AVAILABLE
    assert (alice.state_since, alice.available_since) == (since, clock_of)
    shares = Assignment.objects.filter(agent=alice).values_list("offered_at", flat=True)
    assert {at.date() for at in shares} == {(TUESDAY - A_DAY).date()}
    _logs_have_no_gaps()


def _logs_have_no_gaps() -> None:
    for agent_id, rows in groupby(
        StateLog.objects.order_by("agent", "from_at", "pk"), lambda row: row.agent_id
    ):
        assert agent_id
        for row, after in pairwise(rows):
            assert row.until_at == after.from_at


def test_people_work_on_the_days_after_a_gap(
    acme: Organisation, clockwork: Clockwork
) -> None:
    make(1)  # Tuesday
    clockwork.moves_to(TUESDAY + 3 * A_DAY)

    make(2)  # Thursday and Friday

    worked = StateLog.objects.filter(state="available", agent__in=acme.agents.all())
    people = {(at.day, agent) for at, agent in worked.values_list("from_at", "agent")}
    numbers = Counter(day for day, _ in people)
    assert numbers.keys() == {13, 15, 16}
    assert min(numbers.values()) > 1
    _logs_have_no_gaps()
    invariants.check_always()


def test_it_goes_with_the_demo(clockwork: Clockwork) -> None:
    clockwork.moves_to(SUNDAY)
    make(2)

    call_command("demo", "--remove")

    assert not Organisation.objects.exists()
    assert not Customer.objects.exists()
    assert not StateLog.objects.exists()


# --- refusals -----------------------------------------------------------------------
@pytest.mark.parametrize("days", ["0", "-1", "367", "400"])
def test_so_many_days_are_refused(days: str) -> None:
    before = everything()

    with pytest.raises(CommandError, match="A history has from 1 to 366 days"):
        call_command("demo", f"--history={days}")

    assert everything() == before


def test_an_organisation_that_is_not_the_demos_is_left_alone(
    acme: Organisation,
) -> None:
    for person in acme.agents.all():
        person.email = f"own-{person.pk}@acme.com"
        person.save(update_fields=["email"])
    before = everything()

    with pytest.raises(CommandError, match="is not the demo's"):
        make(1)

    assert everything() == before


def test_without_the_demo_there_is_none() -> None:
    call_command("demo", "--remove")

    with pytest.raises(CommandError, match="load the demo first"):
        make(1)

    assert not Contact.objects.exists()
