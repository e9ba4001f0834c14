"""To follow a conversation without a part in it, and to tell its agents something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.access import people_of
from agents.models import Agent, Power
from contacts.models import LIVE_STATES, WatchMode
from contacts.services import help_requests, shares, watching, whispers
from contacts.services.whispers import NotWatching
from core.errors import DomainError, Forbidden, WrongState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from contacts.models import Assignment, Contact, Watch, Whisper

POWER_OF = {WatchMode.MONITOR: Power.WATCH, WatchMode.WHISPER: Power.WHISPER}


class AlreadyWatched(DomainError):
    code = "already_watched"
    sentence = _("Somebody else watches this chat already.")


class NotAllowed(Forbidden):
    sentence = _("Your administrator has not allowed you this.")


class NotYourTeam(Forbidden):
    sentence = _("The agent is in none of your teams.")


@transaction.atomic
def watch(*, contact_id: UUID, actor: Agent, mode: WatchMode, now: datetime) -> Watch:
    """Begin to watch a conversation, or go on in another mode.

    Raises NotAllowed, WrongState, NotYourTeam, AlreadyWatched.
    """
    contact = shares.lock_contact(contact_id)
    refuse_unless_may(actor, Power.WATCH, POWER_OF[mode])
    owner = owner_overseen(contact, actor)
    on = watching.on(contact)
    if on is not None and on.watcher_id != actor.pk:
        raise AlreadyWatched(_by_whom(on))
    if on is not None:
        if on.mode != mode:
            watching.change(contact, on, mode)
        return on
    _refuse_own(contact, actor)
    help_requests.answer(contact, by=actor, now=now)
    return watching.begin(contact, owner, watcher=actor, mode=mode, now=now)


@transaction.atomic
def stop(*, contact_id: UUID, actor: Agent, now: datetime) -> None:
    """Watch no longer; harmless to repeat."""
    watching.stop(shares.lock_contact(contact_id), actor, now)


@transaction.atomic
def whisper(
    *, contact_id: UUID, actor: Agent, client_id: str, text: str, now: datetime
) -> tuple[Whisper, bool]:
    """Tell the agents something; return the whisper, and whether it is new: a repeated
    client_id answers the one stored before.

    Raises NotAllowed, NotWatching, Dropped.
    """
    contact = shares.lock_contact(contact_id)
    known = whispers.known(contact, actor, client_id)
    if known is not None:
        return known, False
    on = watching.on(contact)
    if on is None or on.watcher_id != actor.pk:
        raise NotWatching
    refuse_unless_may(actor, Power.WATCH, Power.WHISPER)
    owner_overseen(contact, actor)
    if on.mode != WatchMode.WHISPER:
        watching.change(contact, on, WatchMode.WHISPER)
    stored = whispers.store(contact, on, client_id=client_id, text=text, now=now)
    return stored, True


def refuse_unless_may(actor: Agent, *powers: Power) -> None:
    """Raise NotAllowed where a power was taken from somebody; read it again: it may
    have been a moment ago."""
    now = Agent.objects.get(pk=actor.pk)
    if not now.is_active or not all(now.may(power) for power in powers):
        raise NotAllowed


def owner_overseen(contact: Contact, actor: Agent) -> Assignment:
    """Return the share of who owns a locked contact. Raise WrongState where nobody
    talks, NotYourTeam where others oversee the owner."""
    owner = None if contact.is_ended else shares.owner(contact)
    if owner is None:
        raise WrongState(gettext("Nobody talks in this chat now."))
    if not people_of(actor).filter(pk=owner.agent_id).exists():
        raise NotYourTeam
    return owner


def _refuse_own(contact: Contact, actor: Agent) -> None:
    own = contact.assignments.filter(agent=actor, state__in=LIVE_STATES)
    if own.exists():
        raise WrongState(gettext("You have a part in this chat yourself."))


def _by_whom(on: Watch) -> str:
    return gettext("%(name)s watches this chat already.") % {"name": on.watcher}
