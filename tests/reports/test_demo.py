"""What the demo scores conversations by, and reviews of what happened in it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command

from administration.history.day import shop_of
from agents.models import Agent, Organisation
from contacts.models import Contact
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


def answered(alice: Agent, *, page: str) -> None:
    """Let Alice have ended two dozen conversations with visitors of a page."""
    assert alice.organisation is not None
    queue = Queue.objects.filter(organisation=alice.organisation)[0]
    first = Contact.objects.count()
    for number in range(24):
        contact = ContactFactory.create(
            pk=uuid.UUID(int=first + number + 2**100),
            organisation=alice.organisation,
            queue=queue,
            page_url=page,
            ended=True,
            opened_at=clock.now() - timedelta(days=number + 1),
        )
        AssignmentFactory.create(
            contact=contact, agent=alice, queue=queue, completed=True, outcome="end"
        )


def test_some_made_up_conversations_are_reviewed_once(acme: Organisation) -> None:
    alice = Agent.objects.get(email="alice@acme.example")
    answered(alice, page="https://shop.acme.example/cart/")
    for page in ("", "http://localhost:8000/", "https://shop.acme.example.com/cart/"):
        answered(alice, page=page)
    now = clock.now()

    made = demo.review(shop_of=shop_of, now=now)

    assert made == Review.objects.count() == 2
    for review in Review.objects.all():
        assert review.contact.page_url == "https://shop.acme.example/cart/"
        assert review.reviewer.display_name == "Sam"
        assert review.agent == alice
        assert 1 <= review.total <= 5
        assert review.scores.count() == 5
        review.full_clean()
    assert demo.review(shop_of=shop_of, now=now) == 0
