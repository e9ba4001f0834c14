"""The demo's form of scores, and reviews of what happened in it.

As with the rest of the demo nothing that exists is changed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from agents.models import Agent, Organisation, Role
from contacts.models import Assignment, AssignmentOutcome, ContactState
from reports.models import Criterion, Review, Score
from reports.reviewing import unscored
from reports.services.reviews import total_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

CENTRES = ("acme", "globex")
# Name, help, weight, whether it may be left out.
FORM = (
    ("Greeting", "1: none. 5: by name, and with one's own.", 1, False),
    ("Understanding", "1: guessed. 5: asked until it was clear.", 2, False),
    ("Solution", "1: none. 5: the customer has what they came for.", 3, False),
    ("Language", "Clear, friendly, without mistakes.", 1, False),
    ("Rules", "Asked for no card data, checked who it is.", 2, True),
)
# What is said, from the worst to the best.
COMMENTS = (
    "The customer had to ask three times. Read the whole question first.",
    "Friendly, but the answer was in our articles: look there before you guess.",
    "Good. Say what happens next before you end the chat.",
    "",
    "Well explained, and quick.",
    "A model of how to do it. May I show it to the team?",
)
ONE_IN = 12  # conversations that are reviewed
READ_AFTER = timedelta(days=2)


@transaction.atomic
def load() -> None:
    """Make what is missing of the form."""
    for organisation in Organisation.objects.filter(slug__in=CENTRES):
        for position, (name, words, weight, is_optional) in enumerate(FORM, start=1):
            Criterion.objects.get_or_create(
                organisation=organisation,
                name=name,
                defaults={
                    "description": words,
                    "weight": weight,
                    "position": position,
                    "is_optional": is_optional,
                },
            )


@transaction.atomic
def review(*, shop_of: Callable[[str], str], now: datetime) -> int:
    """Review some of the made-up conversations that have ended, and that nobody has
    reviewed: customers came to them from the organisation's shop, which nobody else
    can. Return how many."""
    made = 0
    for organisation in Organisation.objects.filter(slug__in=CENTRES):
        reviewer = _reviewer(organisation)
        shop = shop_of(organisation.slug)
        for share in _shares(organisation, now).filter(
            contact__page_url__startswith=f"{shop}/"
        ):
            is_chosen = share.contact_id.int % ONE_IN == 0
            if reviewer and is_chosen and share.agent_id != reviewer.pk:
                _review(share, reviewer, unscored(organisation.pk), now)
                made += 1
    return made


def _reviewer(organisation: Organisation) -> Agent | None:
    people = organisation.agents.filter(is_active=True).order_by("pk")
    supervisor = people.filter(role=Role.SUPERVISOR).first()
    return supervisor or people.filter(role=Role.ADMINISTRATOR).first()


def _shares(organisation: Organisation, now: datetime) -> QuerySet[Assignment]:
    """Return the parts of agents who ended conversations, a while ago."""
    shares = Assignment.objects.filter(
        contact__organisation=organisation,
        contact__state=ContactState.ENDED,
        contact__ended_at__lt=now - timedelta(hours=6),
        contact__reviews=None,
        connected_at__isnull=False,
        outcome=AssignmentOutcome.END,
    )
    return shares.select_related("contact").order_by("pk")


def _review(
    share: Assignment, reviewer: Agent, scores: Sequence[Score], now: datetime
) -> None:
    contact = share.contact
    assert contact.ended_at is not None
    how_good = _how_good(contact.pk, contact.rating)
    for place, score in enumerate(scores):
        score.value = _value(contact.pk, place, how_good)
        if score.is_optional and contact.pk.int % 5 == place % 5:
            score.value = None
    given_at = contact.ended_at + timedelta(hours=1 + contact.pk.int % 5)
    review = Review.objects.create(
        organisation_id=contact.organisation_id,
        contact=contact,
        agent_id=share.agent_id,
        reviewer=reviewer,
        total=total_of(scores),
        comment=COMMENTS[how_good],
        created_at=given_at,
        read_at=given_at + READ_AFTER if given_at + READ_AFTER < now else None,
    )
    for score in scores:
        score.review = review
    Score.objects.bulk_create(scores)


def _how_good(key: UUID, rating: int | None) -> int:
    """Return which comment suits a conversation: mostly what its customer says, too."""
    if rating is not None:
        return rating if key.int % 3 else rating - 1
    return 2 + (key.int >> 8) % 4


def _value(key: UUID, place: int, how_good: int) -> int:
    shift = (key.int >> (16 + 2 * place)) % 3 - 1
    return min(5, max(1, how_good + shift))
