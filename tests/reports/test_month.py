"""A month of a contact centre: what is kept as it passes is what a rebuild finds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command

from administration.history import making
from agents.models import Agent, Organisation
from contacts.models import Assignment, QueueVisit, VisitOutcome
from reports import jobs
from tests.administration.history import A_DAY, SUNDAY, TUESDAY
from tests.clockwork import Clockwork
from tests.reports.asked import kept, report

pytestmark = [pytest.mark.django_db, pytest.mark.longest]

DAYS = 30


def test_a_rebuild_of_a_month_finds_what_was_kept(clockwork: Clockwork) -> None:
    """The rows are there from the start; time passes over them six hours at once."""
    clockwork.moves_to(TUESDAY)
    call_command("demo", verbosity=0)
    making.make(days=DAYS, now=SUNDAY)
    acme = Organisation.objects.get(slug="acme")
    for hours in range(0, DAYS * 24 + 1, 6):
        now = SUNDAY - DAYS * A_DAY + timedelta(hours=hours)
        clockwork.moves_to(now)
        jobs.roll(now)
    before = kept(acme)

    call_command("rollups", "--rebuild", "--organisation", "acme", verbosity=0)

    assert kept(acme) == before
    assert len(before["QueueSums"]) > DAYS
    visits = QueueVisit.objects.filter(queue__organisation=acme)
    shares = Assignment.objects.filter(contact__organisation=acme)
    ada = Agent.objects.get(email="admin@acme.example")
    until = SUNDAY.date() + A_DAY
    asked = {"since": f"{until - (DAYS + 1) * A_DAY}", "until": f"{until}"}
    queues = report(ada, "queues", interval="day", **asked)["totals"]
    agents = report(ada, "agents", interval="day", **asked)["totals"]
    assert queues["offered"] == visits.count()
    assert queues["answered"] == visits.filter(outcome=VisitOutcome.ANSWERED).count()
    assert agents["accepted"] == shares.filter(connected_at__isnull=False).count()
