"""The watch of a contact that its caller has locked: begun, changed, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents import acting
from agents.models import AuditAction
from agents.services import trail
from contacts import events
from contacts.models import Watch, WatchEnd, WatchMode

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent
    from contacts.models import Assignment, Contact

# A card of their own takes the place of the watcher's.
JOINED = (WatchEnd.BARGED, WatchEnd.TAKEN_OVER)


def begin(
    contact: Contact,
    share: Assignment,
    *,
    watcher: Agent,
    mode: WatchMode,
    now: datetime,
) -> Watch:
    """Let somebody follow the owner's share of a contact that nobody watches."""
    watch = Watch.objects.create(
        contact=contact, share=share, watcher=watcher, mode=mode, started_at=now
    )
    contact.watched_by = watcher
    contact.save(update_fields=["watched_by"])
    events.cards_changed(contact.pk)
    trail.note(
        AuditAction.WATCHED,
        about=contact,
        by=watcher,
        changes={
            "agent": (None, str(share.agent)),
            "mode": (None, mode),
            "silent": (None, contact.organisation.silent_monitoring_enabled),
            "started_at": (None, now),
        },
    )
    return watch


def on(contact: Contact) -> Watch | None:
    """Return the watch of a contact, if somebody watches it."""
    if contact.watched_by_id is None:
        return None
    rows = contact.watches.select_related("watcher", "share__agent")
    return rows.filter(ended_at=None).first()


def change(contact: Contact, watch: Watch, mode: WatchMode) -> None:
    """Go on watching in another mode."""
    changes = {
        "agent": (str(watch.share.agent), str(watch.share.agent)),
        "mode": (watch.mode, mode),
    }
    watch.mode = mode
    watch.save(update_fields=["mode"])
    events.cards_changed(contact.pk)
    trail.note(AuditAction.WATCHED, about=contact, by=watch.watcher, changes=changes)


def stop(
    contact: Contact,
    watcher: Agent,
    now: datetime,
    *,
    outcome: WatchEnd = WatchEnd.STOPPED,
) -> None:
    """End the watch, if it is this person's."""
    if contact.watched_by_id == watcher.pk:
        end(contact, now, outcome=outcome)


def end(contact: Contact, now: datetime, *, outcome: WatchEnd = WatchEnd.OVER) -> None:
    """End the watch, if somebody watches; they hear nothing of the contact any more."""
    watch = on(contact)
    if watch is None:
        return
    watch.ended_at, watch.outcome = now, outcome
    watch.save(update_fields=["ended_at", "outcome"])
    contact.watched_by = None
    contact.save(update_fields=["watched_by"])
    if outcome not in JOINED:
        events.card_removed(
            contact_id=contact.pk, agent_id=watch.watcher_id, reason=events.Removal.LEFT
        )
    events.cards_changed(contact.pk)
    _note_end(contact, watch)


def _note_end(contact: Contact, watch: Watch) -> None:
    """Write down that somebody watched, who may not be who acts now."""
    now = acting.doer()
    is_own = now.agent == watch.watcher
    trail.note(
        AuditAction.WATCHED,
        about=contact,
        by=now if is_own else acting.Doer(watch.watcher),
        changes={
            "agent": (str(watch.share.agent), None),
            "mode": (watch.mode, None),
            "started_at": (watch.started_at, watch.started_at),
            "ended_at": (None, watch.ended_at),
            "outcome": (None, watch.outcome),
        },
    )
