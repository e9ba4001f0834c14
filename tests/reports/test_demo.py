"""What the demo scores conversations by, and reviews of what happened in it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command

from agents.models import Agent, Organisation
from core import clock
from queues.models import Queue
from reports import demo
from reports.models import Criterion, Review
from tests.factories import AssignmentFactory, ContactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Organisation:
    call_command("demo", verbosity=0)
    return Organisation.objects.get(slug="acme")


def test_the_demo_has_a_form(acme: Organisation) -> None:
    names = Criterion.objects.filter(organisation=acme).values_list("name", flat=True)

    assert list(names) == [
        *("Greeting", "Understanding", "Solution", "Language", "Rules")
    ]


def test_some_conversations_are_reviewed_once(acme: Organisation) -> None:
    alice = Agent.objects.get(email="alice@acme.example")
    queue = Queue.objects.filter(organisation=acme)[0]
    now = clock.now()
    for number in range(24):
        contact = ContactFactory.create(
            pk=uuid.UUID(int=number + 2**100),
            organisation=acme,
            queue=queue,
            ended=True,
            opened_at=now - timedelta(days=number + 1),
        )
        AssignmentFactory.create(
            contact=contact, agent=alice, queue=queue, completed=True, outcome="end"
        )

    made = demo.review(now=now)

    assert made == Review.objects.count() == 2
    for review in Review.objects.all():
        assert review.reviewer.display_name == "Sam"
        assert review.agent == alice
        assert 1 <= review.total <= 5
        assert review.scores.count() == 5
        review.full_clean()
    assert demo.review(now=now) == 0
