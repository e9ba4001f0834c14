"""Who is silent, away or gone: customers, agents, those who watch and help."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from agents import addresses
from agents.models import Organisation
from agents.services import presence
from contacts import queries
from contacts.jobs.telling import FRESH
from contacts.models import (
    LIVE_STATES,
    Assignment,
    Contact,
    ContactState,
    VideoCall,
    VideoState,
)
from contacts.services import (
    absences,
    availability,
    ending,
    lapses,
    video,
)
from core.sweeping import each, in_batches

if TYPE_CHECKING:
    from datetime import datetime

# Where a server was away, most of its customers are back before they are told of: to
# tell of all of them would take what they need to come back, and keep other timers.
AWAY_AT_ONCE = 2 * FRESH


def end_inactive_chats(now: datetime) -> int:
    """End chats in which nobody said anything for too long. Return how many."""
    limits = Organisation.objects.filter(customer_inactivity_seconds__isnull=False)
    silent = Q(pk=None)
    for pk, seconds in limits.values_list("pk", "customer_inactivity_seconds"):
        before = now - timedelta(seconds=seconds or 0)
        silent |= Q(organisation=pk, last_message_at__lte=before)
    # Who sees and hears each other need not write.
    in_a_call = VideoCall.objects.filter(contact=OuterRef("pk"), state=VideoState.LIVE)
    due = queries.chats_that_may_fall_silent().filter(silent, ~Exists(in_a_call))
    return each(
        "end_inactive_chats",
        due.order_by().values_list("pk", flat=True),
        lambda pk: ending.end_inactive(contact_id=pk, now=now),
        now=now,
    )


def lose_customers(now: datetime, *, since: datetime) -> int:
    """Let customers who are out of reach for longer than the grace leave.

    `since` is when presence began to be watched without a gap. Return how many left.
    """
    presence.close_stale_sockets(now=now)
    presence.forget_the_old(now=now)
    graces = _graces()
    before = now - min(graces.values(), default=timedelta())
    heard = {
        addresses.contact_of(address): at
        for address, at in presence.silent_customers(before=before).items()
    }
    contacts = Contact.objects.filter(pk__in=heard).exclude(state=ContactState.ENDED)
    here = dict(contacts.order_by().values_list("pk", "organisation"))
    gone = [pk for pk in heard if pk not in here]
    presence.forget(addresses=[addresses.of_customer(pk) for pk in gone])
    lost = [
        pk
        for pk, organisation_id in here.items()
        if max(heard[pk], since) + graces[organisation_id] <= now
    ]
    return each(
        "lose_customers",
        lost,
        lambda pk: _lose_customer(pk, heard[pk], now),
        now=now,
        at_most=None,
    )


def _graces() -> dict[int, timedelta]:
    """Return for how long customers of each organisation may be out of reach."""
    rows = Organisation.objects.order_by().values_list("pk", "customer_grace_seconds")
    return {pk: timedelta(seconds=seconds) for pk, seconds in rows}


def _lose_customer(contact_id: UUID, heard_at: datetime, now: datetime) -> None:
    """Let a customer leave, who may have come back while the sweep was busy."""
    address = addresses.of_customer(contact_id)
    if presence.is_silent(address=address, after=heard_at):
        ending.leave(contact_id=contact_id, now=now)


def note_absences(now: datetime, *, since: datetime) -> int:
    """Tell the agents which customers are away, and which have come back, some at a
    time. Return how many those are; `since` as for `lose_customers`."""
    news = absences.news(now=now, since=since)
    return in_batches(
        "note_absences",
        list(news),
        lambda batch: absences.note({pk: news[pk] for pk in batch}),
        now=now,
        size=FRESH,
        at_most=AWAY_AT_ONCE,
    )


def expire_calls(now: datetime) -> int:
    """Stop video calls that nobody answers. Return how many were due."""
    return each(
        "expire_calls",
        queries.calls_unanswered(now),
        lambda pk: video.expire(call_id=pk, now=now),
        now=now,
    )


def watch_calls(now: datetime, *, since: datetime) -> int:
    """End video calls of which one end is out of reach for longer than the grace.
    Return how many were looked at; `since` as for `lose_customers`."""
    return each(
        "watch_calls",
        queries.calls_in_doubt(),
        lambda pk: video.watch(call_id=pk, now=now, since=since),
        now=now,
    )


def sign_out_inactive_agents(now: datetime) -> int:
    """Sign out agents without contacts who did nothing for too long."""
    inactive = presence.inactive_agents(now=now)
    busy = Assignment.objects.filter(agent__in=inactive, state__in=LIVE_STATES)
    due = set(inactive) - set(busy.values_list("agent", flat=True))
    return each(
        "sign_out_inactive_agents",
        list(due),
        lambda pk: availability.sign_out_inactive(agent_id=pk, now=now),
        now=now,
        at_most=None,
    )


def end_watches(now: datetime, *, since: datetime) -> int:
    """End watches that have no ground any more: the part of the agent is over, the
    watcher may not, or is gone. Return how many; `since` as for `lose_customers`."""
    return each(
        "end_watches",
        lapses.lapsed(now=now, since=since),
        lambda pk: lapses.end(watch_id=pk, now=now, since=since),
        now=now,
        at_most=None,
    )


def close_help(now: datetime) -> int:
    """End requests for help whose agent has the contact no more. Return how many."""
    return lapses.close_help(now=now)
