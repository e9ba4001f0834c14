"""What ends watches and requests for help without anybody's doing: the sweep's part."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from agents.models import Agent, Power, Role
from agents.services import presence
from contacts.models import AssignmentState, HelpRequest, Watch, WatchEnd
from contacts.services import shares, watching

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    Signs = Mapping[str, datetime | None]

# So long a desk may be away that is loaded anew.
RELOAD = timedelta(seconds=3)
# So long somebody has to come to the desk who began to watch elsewhere.
ARRIVAL = timedelta(seconds=15)


def lapsed(*, now: datetime, since: datetime) -> list[int]:
    """Return the ids of watches that have no ground any more; `since` is when presence
    began to be watched without a gap."""
    watches = list(_open())
    signs = _signs(watches) if watches else {}
    return [
        watch.pk for watch in watches if _why_over(watch, signs, now=now, since=since)
    ]


@transaction.atomic
def end(*, watch_id: int, now: datetime, since: datetime) -> None:
    """End a watch that has no ground any more, unless that has changed."""
    watch = Watch.objects.get(pk=watch_id)
    contact = shares.lock_contact(watch.contact_id)
    for watch in _open().filter(pk=watch_id):
        why = _why_over(watch, _signs([watch]), now=now, since=since)
        if why is not None:
            watching.end(contact, now, outcome=why)


def end_of(*, agent_id: int, now: datetime) -> None:
    """End at once what somebody may not watch any more, or may not be watched in."""
    of_agent = Q(watcher=agent_id) | Q(share__agent=agent_id)
    for watch in _open().filter(of_agent):
        if _ground_lost(watch) is not None:
            end(watch_id=watch.pk, now=now, since=now)


@transaction.atomic
def leave(*, watcher_id: int, now: datetime) -> None:
    """End all that somebody watches who goes: each contact is locked in turn."""
    watches = Watch.objects.filter(watcher=watcher_id, ended_at=None)
    contact_ids = watches.order_by("contact").values_list("contact", flat=True)
    for contact_id in list(contact_ids):
        contact = shares.lock_contact(contact_id)
        if contact.watched_by_id == watcher_id:
            watching.end(contact, now, outcome=WatchEnd.LOST)


def leave_after_commit(watcher_id: int, now: datetime) -> None:
    """End all that somebody watches, as a second step: nothing locks a contact while
    it holds an agent."""
    transaction.on_commit(lambda: leave(watcher_id=watcher_id, now=now), robust=True)


def end_after_commit(agent_id: int, now: datetime) -> None:
    """End what a changed agent may not watch any more, as a second step."""
    transaction.on_commit(lambda: end_of(agent_id=agent_id, now=now), robust=True)


def close_help(*, now: datetime) -> int:
    """End requests for help whose agent has the contact no more. Return how many."""
    over = HelpRequest.objects.filter(ended_at=None).exclude(
        share__state=AssignmentState.CONNECTED
    )
    return over.update(ended_at=now)


def _open() -> QuerySet[Watch]:
    mates = Agent.teams.through.objects.filter(
        agent=OuterRef("watcher"),
        team__agents=OuterRef("share__agent"),
    )
    rows = Watch.objects.filter(ended_at=None).annotate(is_mate=Exists(mates))
    return rows.select_related("watcher", "share", "contact").order_by("pk")


def _signs(watches: Iterable[Watch]) -> Signs:
    return presence.last_signs({watch.watcher.address for watch in watches})


def _why_over(
    watch: Watch,
    signs: Signs,
    *,
    now: datetime,
    since: datetime,
) -> WatchEnd | None:
    """Return what a watch is over by, if it is."""
    return _ground_lost(watch) or _is_lost(watch, signs, now=now, since=since)


def _ground_lost(watch: Watch) -> WatchEnd | None:
    if not watch.share.is_owner or watch.contact.is_ended:
        return WatchEnd.OVER
    watcher = watch.watcher
    is_mate = watcher.role == Role.ADMINISTRATOR or getattr(watch, "is_mate", False)
    if watcher.is_active and watcher.may(Power.WATCH) and is_mate:
        return None
    return WatchEnd.NOT_ALLOWED


def _is_lost(
    watch: Watch,
    signs: Signs,
    *,
    now: datetime,
    since: datetime,
) -> WatchEnd | None:
    """Return LOST where no desk of the watcher is open, and has been for a moment."""
    address = watch.watcher.address
    if address not in signs:
        return None
    heard_at = signs[address]
    if heard_at is None or heard_at <= watch.started_at:
        silent_after = watch.started_at + ARRIVAL
    else:
        silent_after = heard_at + RELOAD
    return WatchEnd.LOST if max(silent_after, since + RELOAD) <= now else None
