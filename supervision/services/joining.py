"""To come into a conversation without being asked: beside its agent, or in their place.

Nobody looks for a free slot: who oversees decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from agents.models import Agent, AuditAction, Power
from agents.services import sensitive_data, trail
from contacts import events
from contacts.models import (
    LIVE_STATES,
    Assignment,
    AssignmentKind,
    AssignmentOutcome,
    AssignmentRole,
    AssignmentState,
    ContactEventCode,
    WatchEnd,
)
from contacts.services import (
    audit,
    availability,
    calls,
    conversation,
    ending,
    help_requests,
    router,
    shares,
    watching,
)
from core.errors import Forbidden, WrongState
from supervision.services.watching import owner_overseen, refuse_unless_may

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from contacts.models import Contact


@transaction.atomic
def barge(*, contact_id: UUID, actor: Agent, now: datetime) -> Assignment:
    """Join beside the owner, as a consulted agent does; again changes nothing.

    Raises Forbidden, NotAllowed, NotYourTeam, WrongState, InConference.
    """
    contact = shares.lock_contact(contact_id)
    _refuse_unless_may(actor, Power.BARGE)
    own = _own(contact, actor)
    if own is not None and own.role == AssignmentRole.CONSULTED:
        return own
    owner = owner_overseen(contact, actor)
    _refuse_part(own)
    if not contact.takes_lines or contact.is_answered_by_mail:
        raise WrongState(gettext("Only a chat has a place for another agent."))
    shares.refuse_in_conference(contact)
    ending.withdraw_offer(contact, now)
    _arrive(contact, actor, now, watch=WatchEnd.BARGED)
    share = _join(contact, owner, actor, now, role=AssignmentRole.CONSULTED)
    _note(
        contact,
        actor,
        ContactEventCode.BARGED,
        AuditAction.BARGED,
        now,
        changes={"agent": (None, str(owner.agent))},
    )
    return share


@transaction.atomic
def take_over(
    *,
    contact_id: UUID,
    actor: Agent,
    owner_id: int | None,
    reason: str,
    now: datetime,
) -> Assignment:
    """Become the owner at once instead of the agent with this id, who has left then;
    again changes nothing.

    Raises Forbidden, NotAllowed, NotYourTeam, WrongState, Dropped.
    """
    contact = shares.lock_contact(contact_id)
    _refuse_unless_may(actor, Power.TAKE_OVER)
    own = _own(contact, actor)
    if own is not None and own.is_owner and not contact.is_ended:
        return own
    owner = owner_overseen(contact, actor)
    if owner.agent_id != owner_id:
        raise WrongState(gettext("Somebody else has taken this chat a moment ago."))
    if own is None or own.role != AssignmentRole.CONSULTED:
        _refuse_part(own)
    reason = sensitive_data.storable(contact.organisation, reason)
    _lock_agents(owner.agent_id, actor.pk)
    _arrive(contact, actor, now, watch=WatchEnd.TAKEN_OVER)
    _leave(contact, owner, now)
    share = (
        _rise(contact, own)
        if own
        else _join(contact, owner, actor, now, role=AssignmentRole.PRIMARY)
    )
    _note(
        contact,
        actor,
        ContactEventCode.TAKEN_OVER,
        AuditAction.TAKEN_OVER,
        now,
        changes={"owner": (str(owner.agent), str(actor))},
        reason=reason,
    )
    return share


def _refuse_unless_may(actor: Agent, power: Power) -> None:
    if not actor.takes_contacts:
        raise Forbidden(gettext("Administrators take no contacts."))
    refuse_unless_may(actor, power)


def _own(contact: Contact, actor: Agent) -> Assignment | None:
    """Return the live share that somebody has in a locked contact; not an offer, which
    is withdrawn."""
    live = contact.assignments.filter(agent=actor, state__in=LIVE_STATES)
    return live.exclude(state=AssignmentState.OFFERED).select_related("agent").first()


def _lock_agents(*agent_ids: int) -> None:
    """Lock both agents in the order in which everybody does."""
    rows = Agent.objects.select_for_update(of=("self",), no_key=True)
    list(rows.filter(pk__in=agent_ids).order_by("pk"))


def _refuse_part(own: Assignment | None) -> None:
    if own is not None:
        raise WrongState(gettext("You have a part in this chat yourself."))


def _arrive(contact: Contact, actor: Agent, now: datetime, *, watch: WatchEnd) -> None:
    """Let somebody come: they watch no longer, are at work, and who asked is heard."""
    watching.stop(contact, actor, now, outcome=watch)
    help_requests.answer(contact, by=actor, now=now)
    availability.sign_in(agent_id=actor.pk, now=now)


def _join(
    contact: Contact,
    owner: Assignment,
    actor: Agent,
    now: datetime,
    *,
    role: AssignmentRole,
) -> Assignment:
    is_owner = role == AssignmentRole.PRIMARY
    share = Assignment.objects.create(
        contact=contact,
        agent=actor,
        queue_id=owner.queue_id,
        kind=AssignmentKind.ROUTED if is_owner else AssignmentKind.CONFERENCE,
        role=role,
        state=AssignmentState.CONNECTED,
        request_started_at=None if is_owner else now,
        offered_at=now,
        blink_at=now,
        rona_at=now,
        connected_at=now,
    )
    line = conversation.agent_joined(contact, actor.display_name)
    conversation.append([line], now=now)
    events.contact(contact.pk)
    return share


def _leave(contact: Contact, owner: Assignment, now: datetime) -> None:
    """End the owner's share, without wrap-up, before the others hear of it."""
    ending.withdraw_offer(contact, now)
    calls.end_with_chat(contact, now)
    watching.end(contact, now)
    shares.finish(
        owner,
        AssignmentState.LEFT,
        now,
        removed=events.Removal.LEFT,
        outcome=AssignmentOutcome.TAKEN_OVER,
    )
    line = conversation.agent_left(contact, owner.agent.display_name)
    conversation.append([line], now=now)
    router.route_soon(contact.organisation_id)


def _rise(contact: Contact, own: Assignment) -> Assignment:
    """Make the owner of one who is in the conversation already."""
    own.role = AssignmentRole.PRIMARY
    own.save(update_fields=["role"])
    events.contact(contact.pk)
    return own


def _note(
    contact: Contact,
    actor: Agent,
    code: ContactEventCode,
    action: AuditAction,
    now: datetime,
    *,
    changes: Mapping[str, tuple[str | None, str]],
    reason: str = "",
) -> None:
    """Write down what somebody did, in the contact's history and in the trail."""
    audit.note(code, contact_id=contact.pk, agent_id=actor.pk, now=now)
    trail.note(action, about=contact, by=actor, changes=changes, reason=reason)
