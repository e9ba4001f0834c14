"""Conferences: a second agent, consulted by the one who owns the chat (domain 1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents import addresses
from agents.models import Agent, AgentState
from agents.services import sensitive_data
from contacts import events
from contacts.models import (
    Assignment,
    AssignmentKind,
    AssignmentOutcome,
    AssignmentRole,
    AssignmentState,
    Contact,
    ContactEventCode,
    EndedReason,
)
from contacts.services import (
    audit,
    conversation,
    ending,
    refusals,
    router,
    shares,
    targets,
    watching,
)
from core.errors import Forbidden, WrongState

if TYPE_CHECKING:
    from datetime import datetime

WHY_NOT = {
    "rona": "did not answer",
    "declined": "declined",
    "gone": "is not available any more",
}
NOT_IN_CONFERENCE = _("There is no conference now.")


class OwnersOnly(Forbidden):
    sentence = _("The agent who owns the chat ends the conference; you can only exit.")


@transaction.atomic
def invite(
    *, share: Assignment, agent_id: int, now: datetime, note: str = ""
) -> Assignment:
    """Ask a colleague of the contact's queue to join (R52-R57).

    Asking somebody again whom the same request has asked changes nothing. Raises
    Invalid, AgentUnavailable, InConference, ContactEnded.
    """
    contact, share = shares.lock(share)
    shares.refuse_consulted(share)
    asked = shares.consulted(contact)
    if asked is not None and agent_id in _tried(contact, asked):
        return share
    people = targets.colleagues(share)
    targets.refuse_unless_among(people, agent_id, field="agent")
    shares.refuse_unless_owned(share)
    if contact.is_ended:
        raise refusals.ContactEnded
    if asked is not None:
        raise shares.InConference
    agent = targets.take_slot(contact, agent_id=agent_id, now=now)
    note = sensitive_data.storable(contact.organisation, note)
    _offer(contact, share, agent, started_at=now, now=now, note=note)
    events.notice(
        contact_id=contact.pk,
        to=addresses.of_agent(share.agent_id),
        code=events.Notice.CONFERENCE_WAITING,
        text=f"Waiting for {agent.display_name}",
        name=agent.display_name,
    )
    return share


def _offer(
    contact: Contact,
    owner: Assignment,
    agent: Agent,
    *,
    started_at: datetime,
    now: datetime,
    note: str,
) -> None:
    watching.stop(contact, agent, now)
    blink_at, rona_at = shares.deadlines(contact.organisation, now)
    offer = Assignment.objects.create(
        contact=contact,
        agent=agent,
        queue_id=owner.queue_id,
        kind=AssignmentKind.CONFERENCE,
        role=AssignmentRole.CONSULTED,
        requested_by=owner.agent,
        request_started_at=started_at,
        note=note,
        offered_at=now,
        blink_at=blink_at,
        rona_at=rona_at,
    )
    audit.note(
        ContactEventCode.INVITED,
        contact_id=contact.pk,
        agent_id=agent.pk,
        actor_id=owner.agent_id,
        now=now,
    )
    events.contact(contact.pk)
    events.offered(offer.pk)


def ask_next(contact: Contact, refused: Assignment, now: datetime) -> None:
    """Ask the next colleague by routing instead of one who did not join (D10); tell
    the owner. The customer sees nothing of it."""
    owner = shares.owner(contact)
    if contact.is_ended or owner is None:
        return
    events.contact(contact.pk)
    tried = _tried(contact, refused)
    started_at = refused.request_started_at or now
    found = targets.free_agents(contact, now=now, asked_at=started_at)
    for candidate in [each for each in found if each.agent_id not in tried]:
        agent = _lock_if_idle(candidate.agent_id)
        if agent and targets.free_agents(
            contact, now=now, asked_at=started_at, agent_ids=[agent.pk]
        ):
            _offer(
                contact,
                owner,
                agent,
                started_at=started_at,
                now=now,
                note=refused.note,
            )
            _tell_no_answer(
                owner, refused, events.Notice.CONFERENCE_TRYING_NEXT, "trying another"
            )
            return
    _tell_no_answer(owner, refused, events.Notice.CONFERENCE_FAILED, "nobody available")


def _tried(contact: Contact, asked: Assignment) -> set[int]:
    """Return whom the request of this offer has asked so far."""
    same = contact.assignments.filter(request_started_at=asked.request_started_at)
    return set(same.values_list("agent", flat=True))


def _lock_if_idle(agent_id: int) -> Agent | None:
    """Lock an agent whom nobody else is giving a contact just now: to wait here could
    be for ever, because the one who let the offer pass is locked already."""
    rows = Agent.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return rows.filter(pk=agent_id).first()


def _tell_no_answer(
    owner: Assignment, refused: Assignment, code: events.Notice, what: str
) -> None:
    name = refused.agent.display_name
    why = _why_not(refused)
    events.notice(
        contact_id=owner.contact_id,
        to=addresses.of_agent(owner.agent_id),
        code=code,
        text=f"{name} {WHY_NOT[why]}; {what}",
        name=name,
        why=why,
    )


def _why_not(refused: Assignment) -> str:
    """Return what an agent did with a request that came to nothing: of `WHY_NOT`."""
    if refused.state == AssignmentState.RONA:
        return "rona"
    declined = refused.state == AssignmentState.DECLINED
    is_here = refused.agent.state == AgentState.AVAILABLE
    return "declined" if declined and is_here else "gone"


@transaction.atomic
def cancel(*, share: Assignment, now: datetime) -> Assignment:
    """Take the invitation back; that agent's state is untouched. Harmless to repeat."""
    contact, share = shares.lock(share)
    shares.refuse_unless_owned(share)
    asked = shares.consulted(contact)
    if asked is not None and asked.state == AssignmentState.CONNECTED:
        raise shares.InConference(gettext("The agent has joined already."))
    if asked is None:
        _refuse_unless_last(
            contact, AssignmentState.WITHDRAWN, AssignmentOutcome.WITHDRAWN
        )
        return share
    ending.withdraw_offer(contact, now)
    events.contact(contact.pk)
    return share


@transaction.atomic
def drop(*, share: Assignment, now: datetime) -> Assignment:
    """Let the consulted agent go; the chat goes on (R70-R72, D8)."""
    contact, share = shares.lock(share)
    shares.refuse_unless_owned(share)
    asked = shares.consulted(contact)
    if asked is None or asked.state != AssignmentState.CONNECTED:
        _refuse_unless_last(contact, AssignmentState.LEFT, AssignmentOutcome.DROP)
        return share
    _leave(contact, asked, now, outcome=AssignmentOutcome.DROP)
    return share


@transaction.atomic
def exit_(*, share: Assignment, now: datetime) -> None:
    """Leave as the consulted agent; the chat goes on (R68). Harmless to repeat."""
    contact, share = shares.lock(share)
    if share.role != AssignmentRole.CONSULTED:
        raise OwnersOnly(
            gettext("You own the chat: end the conference, or drop the colleague.")
        )
    if share.state == AssignmentState.LEFT:
        return
    if share.state != AssignmentState.CONNECTED:
        raise WrongState(NOT_IN_CONFERENCE)
    _leave(contact, share, now, outcome=AssignmentOutcome.EXIT)


@transaction.atomic
def end(*, share: Assignment, now: datetime) -> Assignment:
    """End everything: customer and colleague are dropped, the owner wraps up (R63).

    A share that ended its conference before is returned as it is.
    """
    contact, share = shares.lock(share)
    if share.outcome == AssignmentOutcome.END:
        return share
    shares.refuse_unless_owned(share, refusal=OwnersOnly())
    asked = shares.consulted(contact)
    in_conference = asked is not None and asked.state == AssignmentState.CONNECTED
    if not in_conference and not shares.was_left_in_conference(contact):
        raise WrongState(NOT_IN_CONFERENCE)
    if asked is not None and in_conference:
        _leave(contact, asked, now, outcome=AssignmentOutcome.CONFERENCE_ENDED)
    if not contact.is_ended:
        left = conversation.agent_left(contact, share.agent.display_name)
        ending.finish(contact, EndedReason.AGENT_ENDED, now, first=[left])
    shares.begin_wrap_up(contact, share, now, outcome=AssignmentOutcome.END)
    audit.note(
        ContactEventCode.ENDED, contact_id=contact.pk, agent_id=share.agent_id, now=now
    )
    events.contact(contact.pk)
    return share


def _leave(
    contact: Contact, asked: Assignment, now: datetime, *, outcome: AssignmentOutcome
) -> None:
    """End the consulted agent's share first: who left hears no more of the chat."""
    shares.finish(
        asked, AssignmentState.LEFT, now, removed=events.Removal.LEFT, outcome=outcome
    )
    audit.note(
        ContactEventCode.LEFT, contact_id=contact.pk, agent_id=asked.agent_id, now=now
    )
    line = conversation.agent_left(contact, asked.agent.display_name)
    conversation.append([line], now=now)
    events.contact(contact.pk)
    router.route_soon(contact.organisation_id)


def _refuse_unless_last(
    contact: Contact, state: AssignmentState, outcome: AssignmentOutcome
) -> None:
    """Let a repeat pass: the last consulted share ended by the same command."""
    last = (
        contact.assignments.filter(role=AssignmentRole.CONSULTED)
        .order_by("-pk")
        .first()
    )
    if last is None or (last.state, last.outcome) != (state, outcome):
        raise WrongState(NOT_IN_CONFERENCE)
