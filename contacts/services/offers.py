"""From waiting to talking: routing, offers, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents import events as agent_events
from agents.models import Agent, AgentState
from agents.services import states
from contacts import events
from contacts.access import MISSED, OfferGone
from contacts.models import (
    Assignment,
    AssignmentKind,
    AssignmentOutcome,
    AssignmentState,
    Contact,
    ContactEventCode,
    ContactState,
    VisitOutcome,
)
from contacts.services import (
    audit,
    conversation,
    router,
    shares,
    unanswered,
)
from contacts.services.targets import AgentUnavailable
from core.errors import DomainError, WrongState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from core.moments import Moment


class OfferExpired(DomainError):
    code = "offer_expired"
    sentence = _("The time to accept is over: it is not offered to you any more.")


class AgentNotAvailable(AgentUnavailable):
    sentence = _("You are not Available, so it is not offered to you any more.")


@transaction.atomic
def accept(*, share: Assignment, now: datetime) -> Assignment:
    """Connect the agent to the contact. Raise OfferExpired past rona_at (D2, E1).

    A share that is connected already is returned as it is.
    """
    contact = shares.lock_contact(share.contact_id)
    agent = Agent.objects.select_for_update(of=("self",), no_key=True).get(
        pk=share.agent_id
    )
    share = Assignment.objects.get(pk=share.pk)
    if share.state == AssignmentState.CONNECTED:
        return share
    _refuse_unless_open(share, now)
    if agent.state != AgentState.AVAILABLE:
        raise AgentNotAvailable

    share.state = AssignmentState.CONNECTED
    share.connected_at = now
    share.save(update_fields=["state", "connected_at"])
    _connect(contact, now)
    audit.note(
        ContactEventCode.ACCEPTED, contact_id=contact.pk, agent_id=agent.pk, now=now
    )
    conversation.append(
        [conversation.agent_joined(contact, agent.display_name)], now=now
    )
    events.contact(contact.pk)
    return share


def _connect(contact: Contact, now: datetime) -> None:
    contact.state = ContactState.CONNECTED
    contact.connected_at = contact.connected_at or now
    contact.transfer_note = ""
    contact.transferred_by = None
    contact.save(
        update_fields=["state", "connected_at", "transfer_note", "transferred_by"]
    )
    shares.end_visit(contact, VisitOutcome.ANSWERED, now)


@transaction.atomic
def decline(*, share: Assignment, now: datetime) -> None:
    """Give an offered contact back to its queue, at its original place.

    Declining twice is harmless. Raise OfferExpired past rona_at.
    """
    contact = shares.lock_contact(share.contact_id)
    share = Assignment.objects.get(pk=share.pk)
    if share.state == AssignmentState.DECLINED:
        return
    _refuse_unless_open(share, now)
    give_back(contact, share, AssignmentState.DECLINED, now)


def _refuse_unless_open(share: Assignment, now: datetime) -> None:
    """Raise OfferGone, OfferExpired, or WrongState after the offer was accepted."""
    if share.state in MISSED:
        raise OfferGone
    if share.state != AssignmentState.OFFERED:
        raise WrongState(gettext("You have accepted this contact before."))
    if share.rona_at <= now:
        raise OfferExpired


def passed(*, now: datetime | Moment) -> QuerySet[Assignment, int]:
    """Return the ids of the offers whose time is over, the oldest first."""
    due = Assignment.objects.filter(state=AssignmentState.OFFERED, rona_at__lte=now)
    return due.order_by("rona_at").values_list("pk", flat=True)


@transaction.atomic
def expire(*, share_ids: Collection[int], now: datetime) -> int:
    """Put agents who let these offers pass into RONA, the contacts back in their
    queues.

    Return how many offers passed; harmless to repeat and to run twice at once (D2, D3).
    """
    contacts = _lock_contacts_of(share_ids)
    due = Assignment.objects.filter(
        pk__in=share_ids,
        contact__in=contacts,
        state=AssignmentState.OFFERED,
        rona_at__lte=now,
    )
    missed = list(due)
    rona = AssignmentState.RONA
    due.update(state=rona, ended_at=now, outcome=AssignmentOutcome.RONA)
    routed = [
        share.contact_id for share in missed if share.kind == AssignmentKind.ROUTED
    ]
    Contact.objects.filter(pk__in=routed).update(state=ContactState.QUEUED)
    to_rona = states.send_to_rona(
        agent_ids={share.agent_id for share in missed}, now=now
    )

    audit.note_all(ContactEventCode.RONA, shares=missed, now=now)
    events.contact(*(share.contact_id for share in missed))
    for share in missed:
        _missed(contacts[share.contact_id], share, now)
    for agent_id in to_rona:
        agent_events.me(agent_id)
    _withdraw_after_commit(to_rona, now)
    return len(missed)


def _missed(contact: Contact, share: Assignment, now: datetime) -> None:
    """Tell that an offer passed, and decide what becomes of one that was no routed
    contact's."""
    share.state = AssignmentState.RONA
    events.card_removed(
        contact_id=contact.pk, agent_id=share.agent_id, reason=events.Removal.RONA
    )
    router.route_soon(contact.organisation_id)
    if share.kind != AssignmentKind.ROUTED:
        unanswered.settle(contact, share, now)


def _lock_contacts_of(share_ids: Collection[int]) -> dict[UUID, Contact]:
    """Lock the contacts of these offers; another sweep takes the others."""
    offered = Assignment.objects.filter(pk__in=share_ids).order_by()
    rows = (
        Contact.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .filter(pk__in=list(offered.values_list("contact", flat=True)))
        .order_by("pk")
    )
    return {contact.pk: contact for contact in rows}


def _withdraw_after_commit(agent_ids: Collection[int], now: datetime) -> None:
    """Take back the other cards of agents in RONA (D24), as a second step."""
    transaction.on_commit(
        lambda: withdraw_all(agent_ids=agent_ids, now=now), robust=True
    )


def withdraw_all(*, agent_ids: Collection[int], now: datetime) -> int:
    """Take back the cards outstanding at agents who are not Available any more.

    Return how many they were. Harmless to repeat, and to be late.
    """
    theirs = strays(now=now).filter(agent__in=agent_ids)
    return sum(withdraw(share_id=pk, now=now) for pk in list(theirs))


def strays(*, now: datetime | Moment) -> QuerySet[Assignment, int]:
    """Return the ids of cards outstanding at agents who are not Available. An offer
    whose time is over is not among them: it is `expire`'s."""
    outstanding = Assignment.objects.filter(
        state=AssignmentState.OFFERED, rona_at__gt=now
    ).exclude(agent__state=AgentState.AVAILABLE)
    return outstanding.order_by("rona_at").values_list("pk", flat=True)


@transaction.atomic
def withdraw(*, share_id: int, now: datetime) -> bool:
    """Take a card back, if its agent is not Available still. Return whether it was.

    Each in a transaction of its own: nothing locks a contact while it holds an agent.
    Its outcome is withdrawn for RONA, which the agent did not choose (D24), declined
    for any other state (D23).
    """
    contact_id = Assignment.objects.values_list("contact", flat=True).get(pk=share_id)
    contact = shares.lock_contact(contact_id)
    share = Assignment.objects.select_related("agent").get(pk=share_id)
    state = share.agent.state
    if not share.is_open_at(now) or state == AgentState.AVAILABLE:
        return False
    in_rona = state == AgentState.RONA
    outcome = AssignmentState.WITHDRAWN if in_rona else AssignmentState.DECLINED
    give_back(contact, share, outcome, now)
    return True


def give_back(
    contact: Contact,
    share: Assignment,
    outcome: AssignmentState,
    now: datetime,
    *,
    removed: events.Removal | None = None,
) -> None:
    """Take the card of a locked contact back; the contact keeps its place in the
    queue. `removed` is what the desk is told, the outcome by default."""
    shares.finish(share, outcome, now, removed=removed or events.Removal(outcome))
    audit.note(
        ContactEventCode(outcome),
        contact_id=contact.pk,
        agent_id=share.agent_id,
        now=now,
    )
    unanswered.settle(contact, share, now)
