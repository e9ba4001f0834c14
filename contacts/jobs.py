"""Time-driven work: each job takes `now`, may run late, twice, or in parallel."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from agents import addresses
from agents.models import Mail, MailState, Organisation
from agents.services import presence
from contacts import events, queries
from contacts.models import (
    LIVE_STATES,
    WAITING_STATES,
    Assignment,
    Contact,
    ContactState,
    ResumeLink,
    VideoCall,
    VideoState,
    Visitor,
)
from contacts.services import (
    absences,
    attachments,
    availability,
    ending,
    lapses,
    offers,
    renumbering,
    resuming,
    router,
    scans,
    sending,
    summons,
    video,
    waiting,
)
from core import redis
from core.clearing import clear
from core.sweeping import AT_ONCE, due_again, each, in_batches

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

BATCH = 100  # rows one transaction takes, so that nobody waits long for its locks
FRESH = 50  # cards read at once, so that none is old when it is sent
MAILS_AT_ONCE = 100  # of one look; the next goes on
PEOPLE_TOLD = 200  # customers of one queue who hear of their new place


def expire_offers(now: datetime) -> int:
    """Put agents who let an offer pass into RONA. Return how many offers passed."""
    return in_batches(
        "expire_offers",
        offers.passed(now=now),
        lambda batch: offers.expire(share_ids=batch, now=now),
        now=now,
        size=BATCH,
    )


def withdraw_strays(now: datetime) -> int:
    """Take back cards of agents who are not Available: what a crash between two steps
    left behind. Return how many there were."""
    return each(
        "withdraw_strays",
        offers.strays(now=now),
        lambda pk: offers.withdraw(share_id=pk, now=now),
        now=now,
    )


def push_offers(share_ids: Collection[int], now: datetime) -> int:
    """Push offers that have just been made. Return how many browsers took one."""
    return summons.summon(share_ids, now=now)


def expire_waits(now: datetime) -> int:
    """Move or end contacts that waited too long. Return how many were due."""
    return each(
        "expire_waits",
        queries.waits_over(now).order_by("wait_deadline").values_list("pk", flat=True),
        lambda pk: waiting.time_out(contact_id=pk, now=now),
        now=now,
    )


def release_waiting(now: datetime) -> int:
    """End chats that wait in queues that have closed. Return how many were due."""
    return each(
        "release_waiting",
        queries.releases_due(now).order_by("release_at").values_list("pk", flat=True),
        lambda pk: waiting.release(contact_id=pk, now=now),
        now=now,
    )


def route_waiting(now: datetime) -> int:
    """Route every organisation in which somebody waits: the net below routing.

    Return how many they are.
    """
    here = queries.queued().filter(organisation=OuterRef("pk"))
    organisations = Organisation.objects.filter(Exists(here)).order_by()
    return each(
        "route_waiting",
        organisations.values_list("pk", flat=True),
        lambda pk: router.route(organisation_id=pk, now=now),
        now=now,
        at_most=None,
    )


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
    """Tell the agents which customers are away, and which have come back. Return how
    many those are; `since` as for `lose_customers`."""
    news = absences.news(now=now, since=since)
    return in_batches(
        "note_absences",
        list(news),
        lambda batch: absences.note({pk: news[pk] for pk in batch}),
        now=now,
        size=FRESH,
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


def send_cards(now: datetime) -> int:
    """Send the cards of contacts in which somebody spoke since the last sweep.

    Return the number of contacts.
    """
    with redis.recalled(events.CARDS_DUE, at_most=AT_ONCE) as noted:
        again = due_again("send_cards", now=now)
        return in_batches(
            "send_cards", [*{*noted, *again}], _send_cards, now=now, size=FRESH
        )


def _send_cards(contact_ids: Sequence[str]) -> int:
    events.cards(map(UUID, contact_ids))
    return len(contact_ids)


def send_positions(now: datetime) -> int:
    """Tell waiting customers their new place, where somebody left the line.

    Return the number of queues.
    """
    with redis.recalled(events.POSITIONS_DUE, at_most=AT_ONCE) as queue_ids:
        lines = [queries.line_of(int(queue_id)) for queue_id in queue_ids]
        waiting = [line.values_list("pk", flat=True)[:PEOPLE_TOLD] for line in lines]
        places = {pk: place for line in waiting for place, pk in enumerate(line, 1)}
        in_batches(
            "send_positions",
            list(places),
            lambda contact_ids: _send_positions(contact_ids, places),
            now=now,
            size=PEOPLE_TOLD,
        )
    return len(queue_ids)


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


def scan(attachment_id: UUID) -> None:
    """Check a file that came in."""
    scans.scan(attachment_id=attachment_id)


def give_up_scan(attachment_id: UUID) -> None:
    """Stop a file that could not be checked."""
    scans.give_up(attachment_id=attachment_id)


def give_up_stale_scans(now: datetime) -> int:
    """Stop files whose check a crash has ended. Return how many."""
    return scans.give_up_stale(now=now)


def forget_unsent_files(now: datetime) -> int:
    """Delete files that nobody sent in a day. Return how many."""
    return attachments.forget_unsent(now=now)


def forget_stray_files(now: datetime) -> int:
    """Delete files that no row knows. Return how many."""
    return attachments.forget_strays(now=now)


def _send_positions(contact_ids: Sequence[UUID], places: Mapping[UUID, int]) -> int:
    waiting = Contact.objects.filter(pk__in=contact_ids, state__in=WAITING_STATES)
    events.contacts(waiting.select_related("organisation"), places)
    return len(contact_ids)


def renew_phones(now: datetime) -> int:
    """Read customers' numbers anew where the organisation's country has changed.
    Return of how many organisations."""
    due = renumbering.due(now=now)
    for organisation_id, since in due:
        renumbering.renew(organisation_id=organisation_id, since=since)
    return len(due)


def clear_visitors(now: datetime) -> int:
    """Forget browsers that were not used for long; their customers stay. Return how
    many."""
    return clear(Visitor.objects.filter(used_at__lte=now - Visitor.KEPT))


def send_mail(mail_id: UUID) -> None:
    """Send a mail, if it is due."""
    sending.send(mail_id=mail_id)


def send_mails(now: datetime) -> int:
    """Send the mails that are due: the net below the pokes, and the next tries. Where
    the server is away the rest waits for the next look. Return how many were tried."""
    is_away = False

    def send(mail_id: UUID) -> None:
        nonlocal is_away
        if not is_away:
            outcome = sending.send(mail_id=mail_id)
            is_away = outcome is not None and outcome.is_server_away

    due = Mail.objects.filter(state=MailState.QUEUED, next_attempt_at__lte=now)
    ids = due.order_by("next_attempt_at").values_list("pk", flat=True)
    return each("send_mails", ids, send, now=now, at_most=MAILS_AT_ONCE)


def mail_links(now: datetime) -> int:
    """Mail a way back to customers who are away and have unread answers. Return how
    many were looked at."""
    return each(
        "mail_links",
        resuming.due(now=now),
        lambda pk: resuming.mail_link(contact_id=pk, now=now),
        now=now,
    )


def clear_links(now: datetime) -> int:
    """Forget mailed links that lead nowhere any more. Return how many."""
    return clear(ResumeLink.objects.filter(expires_at__lte=now))
