"""Who scores whose conversations, and who reads the scores; 404 for all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.access import everybody_of
from agents.models import Agent, Role
from contacts.access import OPEN, contact_for_agent
from contacts.models import Assignment, AssignmentRole, Contact, ContactState
from core.errors import Forbidden, Invalid
from reports.models import Criterion, Review, Score

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


class NotOverseen(Forbidden):
    sentence = _("Nobody whom you oversee talked in this conversation.")


class NotTheReviewer(Forbidden):
    sentence = _("Only who wrote a review can change it.")


def unscored(organisation_id: int | None) -> list[Score]:
    """Return the form as it is now: what a new review scores, in its order."""
    criteria = Criterion.objects.filter(organisation=organisation_id, is_active=True)
    return [
        Score(
            criterion=criterion,
            name=criterion.name,
            description=criterion.description,
            weight=criterion.weight,
            position=criterion.position,
            is_optional=criterion.is_optional,
        )
        for criterion in criteria
    ]


def overseen_by(overseer: Agent) -> QuerySet[Agent]:
    """Return whose conversations somebody scores: those of everybody whom they oversee,
    and not the own ones."""
    people = everybody_of(overseer)
    return people.exclude(pk=overseer.pk) if overseer.is_overseer else people.none()


def contacts_to_review(overseer: Agent) -> QuerySet[Contact]:
    """Return the ended contacts in which somebody talked whom the person oversees."""
    contacts = Contact.objects.filter(
        organisation=overseer.organisation_id, state=ContactState.ENDED
    )
    shares = _talked(overseen_by(overseer)).filter(contact=OuterRef("pk"))
    return contacts.filter(Exists(shares))


def contact_to_review(overseer: Agent, contact_id: UUID) -> Contact:
    """Return the contact for one who scores: 404 unseen, then NotOverseen."""
    contact = contact_for_agent(overseer, contact_id)
    if not _talked(overseen_by(overseer)).filter(contact=contact).exists():
        raise NotOverseen
    return contact


def agents_to_review(overseer: Agent, contact: Contact) -> list[Agent]:
    """Return who talked in the contact and is overseen by the person: who had it last
    comes first."""
    shares = _talked(overseen_by(overseer)).filter(contact=contact)
    latest = shares.select_related("agent").order_by("-connected_at", "-pk")
    owned_first = sorted(latest, key=lambda each: each.role != AssignmentRole.PRIMARY)
    return list(dict.fromkeys(share.agent for share in owned_first))


def agent_to_review(
    overseer: Agent, contact: Contact, agent_id: int | None = None
) -> Agent:
    """Return whom a review of the contact is about: its owner, unless named.

    Raise Invalid for somebody who never talked in it, NotOverseen.
    """
    agents = agents_to_review(overseer, contact)
    if agent_id is None and agents:
        return agents[0]
    named = next((agent for agent in agents if agent.pk == agent_id), None)
    if named is not None:
        return named
    talked = contact.assignments.filter(agent=agent_id, connected_at__isnull=False)
    if agents and not talked.exists():
        raise Invalid("agent", gettext("This agent did not talk in the conversation."))
    raise NotOverseen


def reviews_for(person: Agent) -> QuerySet[Review]:
    """Return the reviews that a person reads: those about oneself, those that one
    wrote, and those about people whom one oversees."""
    reviews = Review.objects.filter(organisation=person.organisation_id)
    reviews = reviews.select_related("agent", "reviewer").prefetch_related("scores")
    if person.role == Role.ADMINISTRATOR:
        return reviews
    seen = Q(agent=person) | Q(reviewer=person)
    if person.is_overseer:
        seen |= Q(agent__in=overseen_by(person).order_by().values("pk"))
    return reviews.filter(seen)


def reviews_about(person: Agent) -> QuerySet[Review]:
    """Return the reviews of one's own conversations."""
    return reviews_for(person).filter(agent=person)


def review_for(person: Agent, review_id: int) -> Review:
    """Return a review that the person reads, or 404."""
    review = reviews_for(person).filter(pk=review_id).first()
    if review is None:
        raise Http404
    return review


def reviews_of(person: Agent, contact: Contact) -> QuerySet[Review]:
    """Return the reviews of a contact that the person reads, the oldest first."""
    return reviews_for(person).filter(contact=contact).order_by("pk")


def may_read_transcript(person: Agent, contact: Contact) -> bool:
    """Whether the lines of a contact of one's own are still one's own to read."""
    return contact.assignments.filter(OPEN, agent=person).exists()


def _talked(agents: QuerySet[Agent]) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        agent__in=agents.order_by().values("pk"), connected_at__isnull=False
    )
