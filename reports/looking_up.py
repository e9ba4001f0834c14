"""How ended conversations are found by those who score them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, Q

from contacts.models import Assignment, Contact
from contacts.queries.searching import of_customers
from reports import zones
from reports.reviewing import contacts_to_review, overseen_by, reviews_for

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from agents.models import Agent
    from queues.models import Queue

# How customers rated it, by the words that an address has for it.
RATINGS = {
    "low": Q(rating__in=[1, 2]),
    "middle": Q(rating=3),
    "high": Q(rating__in=[4, 5]),
    "any": Q(rating__isnull=False),
    "none": Q(rating=None),
}
NEWEST_FIRST = ("-ended_at", "-pk")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; None and "" for whatever it is."""

    queue: Queue | None = None
    agent: Agent | None = None
    rating: str = ""
    since: date | None = None
    until: date | None = None  # this day included
    unreviewed: bool = False
    q: str = ""


def contacts_for(overseer: Agent, wanted: Wanted) -> QuerySet[Contact]:
    """Return the ended contacts that are wanted, those that ended last first."""
    contacts = contacts_to_review(overseer).filter(_ended(overseer, wanted))
    if wanted.queue:
        contacts = contacts.filter(queue=wanted.queue)
    if wanted.agent:
        shares = Assignment.objects.filter(
            contact=OuterRef("pk"), agent=wanted.agent, connected_at__isnull=False
        )
        contacts = contacts.filter(Exists(shares))
    if wanted.rating:
        contacts = contacts.filter(RATINGS[wanted.rating])
    if wanted.unreviewed:
        contacts = contacts.exclude(Exists(_reviews(overseer)))
    if wanted.q:
        own = overseer.organisation_id
        column = "customer__folded"
        asked = of_customers(wanted.q, organisation_id=own, column=column)
        contacts = contacts.filter(asked)
    return contacts.order_by(*NEWEST_FIRST)


def shown(overseer: Agent, contacts: QuerySet[Contact]) -> QuerySet[Any]:
    """Return the contacts with what a list shows of them: who talked, and what was said
    of it, in three queries."""
    talked = Assignment.objects.filter(
        agent__in=overseen_by(overseer).order_by().values("pk"),
        connected_at__isnull=False,
    )
    return contacts.select_related("queue", "customer").prefetch_related(
        Prefetch(
            "assignments",
            talked.select_related("agent").order_by("pk"),
            to_attr="talked",
        ),
        Prefetch(
            "reviews",
            reviews_for(overseer).prefetch_related(None).order_by("pk"),
            to_attr="seen_reviews",
        ),
    )


def neighbours(
    contacts: QuerySet[Contact], contact: Contact
) -> tuple[UUID | None, UUID | None]:
    """Return the contacts before and after one in the list: who ended later, and who
    ended earlier."""
    later = Q(ended_at__gt=contact.ended_at)
    later |= Q(ended_at=contact.ended_at, pk__gt=contact.pk)
    earlier = Q(ended_at__lt=contact.ended_at)
    earlier |= Q(ended_at=contact.ended_at, pk__lt=contact.pk)
    keys = contacts.values_list("pk", flat=True)
    before = keys.filter(later).order_by("ended_at", "pk").first()
    return before, keys.filter(earlier).order_by(*NEWEST_FIRST).first()


def _ended(overseer: Agent, wanted: Wanted) -> Q:
    assert overseer.organisation is not None
    zone = ZoneInfo(overseer.organisation.timezone)
    condition = Q()
    if wanted.since:
        begin = zones.midnight(wanted.since, zone)
        condition &= Q(ended_at__gte=begin)
    if wanted.until:
        end = zones.midnight(wanted.until + timedelta(days=1), zone)
        condition &= Q(ended_at__lt=end)
    return condition


def _reviews(overseer: Agent) -> QuerySet[Any]:
    rows = reviews_for(overseer).select_related(None).prefetch_related(None)
    return rows.filter(contact=OuterRef("pk")).order_by()
