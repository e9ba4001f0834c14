"""An agent says how a conversation ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.services import sensitive_data
from contacts import events
from contacts.access import NotTheOwner
from contacts.models import (
    Assignment,
    AssignmentRole,
    AssignmentState,
    ContactEventCode,
)
from contacts.services import audit, ending, router, shares
from core.errors import DomainError, Invalid, WrongState
from wrapup import queries
from wrapup.models import WrapUp, WrapUpCode

if TYPE_CHECKING:
    from datetime import datetime

    from contacts.models import Contact


MOST_TIMES = 10  # that more time is given (WCAG 2.2, 2.2.1)


class AlreadyDone(DomainError):
    code = "already_done"
    sentence = _("This conversation was wrapped up with another reason.")


@transaction.atomic
def complete(
    *, share: Assignment, wrapup_code_id: int, now: datetime, note: str | None = None
) -> None:
    """Finish the agent's share with a reason; the slot is free again. Without a note
    the one that was kept while it was written counts.

    The same reason again changes nothing. Raises NotTheOwner for a consulted agent,
    AlreadyDone for another reason, Invalid for a code that is unknown, inactive or not
    of the share's queue.
    """
    contact = shares.lock_contact(share.contact_id)
    share = Assignment.objects.get(pk=share.pk)
    if share.role != AssignmentRole.PRIMARY:
        raise NotTheOwner
    done = WrapUp.objects.filter(assignment=share).first()
    if done is not None and done.code_id == wrapup_code_id:
        return
    code = _code(share, wrapup_code_id)
    if done is not None:
        raise AlreadyDone
    if share.state != AssignmentState.WRAPUP:
        raise WrongState(gettext("End the conversation before you wrap it up."))

    kept = share.wrapup_note
    if note is not None:
        kept = sensitive_data.storable(contact.organisation, note)
    _complete(contact, share, code, now, note=kept)


@transaction.atomic
def keep_note(*, share: Assignment, note: str) -> None:
    """Keep the note of a wrap-up while it is written, for the wrap-up to take over,
    whoever finishes it. Raise NotTheOwner, WrongState, Dropped."""
    contact = shares.lock_contact(share.contact_id)
    share = Assignment.objects.get(pk=share.pk)
    if share.role != AssignmentRole.PRIMARY:
        raise NotTheOwner
    if share.state != AssignmentState.WRAPUP:
        raise WrongState(gettext("There is no wrap-up of yours to write a note for."))
    share.wrapup_note = sensitive_data.storable(contact.organisation, note)
    share.save(update_fields=["wrapup_note"])


@transaction.atomic
def extend(*, share: Assignment, now: datetime) -> None:
    """Start the time after which a wrap-up ends by itself anew, at least ten times.
    Raise NotTheOwner, WrongState."""
    contact = shares.lock_contact(share.contact_id)
    share = Assignment.objects.get(pk=share.pk)
    if share.role != AssignmentRole.PRIMARY:
        raise NotTheOwner
    deadline, began = share.wrapup_deadline, share.wrapup_at
    if share.state != AssignmentState.WRAPUP or deadline is None or began is None:
        raise WrongState(gettext("No wrap-up of yours ends by itself."))
    seconds = contact.organisation.auto_wrapup_seconds or 0
    latest = began + timedelta(seconds=seconds) * (1 + MOST_TIMES)
    later = min(now + timedelta(seconds=seconds), latest)
    if deadline == latest:
        raise WrongState(gettext("There is no more time for this wrap-up."))
    if later > deadline:
        share.wrapup_deadline, share.wrapup_renewed_at = later, now
        share.save(update_fields=["wrapup_deadline", "wrapup_renewed_at"])
    events.own_card(share.pk)


@transaction.atomic
def complete_due(*, share_id: int, now: datetime) -> None:
    """Finish a wrap-up whose time is over with the default code; harmless to repeat."""
    share = Assignment.objects.get(pk=share_id)
    contact = shares.lock_contact(share.contact_id)
    share = Assignment.objects.get(pk=share_id)
    deadline = share.wrapup_deadline
    is_due = deadline is not None and deadline <= now
    if share.state == AssignmentState.WRAPUP and is_due:
        complete_automatically(contact, share, now)


def complete_automatically(
    contact: Contact,
    share: Assignment,
    now: datetime,
    *,
    removed: events.Removal = events.Removal.COMPLETED,
) -> None:
    """Finish a share of a locked contact with the organisation's default code."""
    code = WrapUpCode.objects.filter(
        organisation=contact.organisation_id, is_active=True
    ).order_by("-is_default", "name")[0]
    kept = share.wrapup_note
    _complete(contact, share, code, now, note=kept, auto=True, removed=removed)


def _complete(
    contact: Contact,
    share: Assignment,
    code: WrapUpCode,
    now: datetime,
    *,
    note: str = "",
    auto: bool = False,
    removed: events.Removal = events.Removal.COMPLETED,
) -> None:
    WrapUp.objects.create(
        assignment=share,
        code=code,
        code_name=code.name,
        note=note,
        auto=auto,
        created_at=now,
    )
    shares.finish(share, AssignmentState.COMPLETED, now, removed=removed)
    ending.close_if_done(contact, now)
    audit.note(
        ContactEventCode.WRAPPED_UP,
        contact_id=contact.pk,
        agent_id=share.agent_id,
        now=now,
        reason=code.pk,
        auto=auto,
    )
    router.route_soon(contact.organisation_id)


def _code(share: Assignment, wrapup_code_id: int) -> WrapUpCode:
    code = queries.codes_for(share).filter(pk=wrapup_code_id).first()
    if code is None:
        raise Invalid("wrapup_code", gettext("This reason is not offered (any more)."))
    return code
