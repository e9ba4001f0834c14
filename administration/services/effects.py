"""What changed settings do to open desks and waiting contacts: one function each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from agents import events as agent_events
from agents.models import Agent, AgentState, Channel, Organisation
from contacts import events
from contacts.models import (
    LIVE_STATES,
    WAITING_STATES,
    Assignment,
    AssignmentState,
    Contact,
    ContactState,
    Watch,
)
from contacts.services import lapses, router, skills
from core import realtime
from queues.models import Queue
from queues.queries import release_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

    from queues.models import EntryPoint


def move_wait_deadlines(queue_id: int) -> None:
    """Let those who wait in a queue wait as long as it says now."""
    _move_waits({queue_id})
    # A contact that was enqueued before the commit has the old deadline.
    realtime.after_commit("moved waits", queue_id, _move_waits)


def move_closings(*queue_ids: int) -> None:
    """Let those who wait in these queues go when they close now, or be served."""
    _move_closings({*queue_ids})
    for queue_id in queue_ids:
        # A contact that was enqueued before the commit has the old closing time.
        realtime.after_commit("moved closings", queue_id, _move_closings)


def move_wrapup_deadlines(organisation_id: int) -> None:
    """Let wrap-ups take as long as the organisation says now, and show it."""
    _move_wrap_ups({organisation_id})
    # A wrap-up that began before the commit has the old deadline.
    realtime.after_commit("moved wrap-ups", organisation_id, _move_wrap_ups)


def ask_anew(organisation_id: int) -> None:
    """Let those who wait ask for the skills that are set up now."""
    _ask_anew("asked skills", organisation_id, skills.ask_anew)
    router.route_soon(organisation_id)


def ask_anew_in(queue: Queue) -> None:
    """Let those who wait in the queue ask for the skills that it asks for now."""
    _ask_anew("asked by queues", queue.pk, skills.ask_anew_in)
    router.route_soon(queue.organisation_id)


def ask_anew_from(entry_point: EntryPoint) -> None:
    """Let those who came from the entry point, and wait, ask for what it asks now."""
    _ask_anew("asked by entry points", entry_point.pk, skills.ask_anew_from)
    router.route_soon(entry_point.organisation_id)


def _ask_anew(kind: str, key: int, ask: Callable[[set[int]], None]) -> None:
    ask({key})
    # A contact that was enqueued before the commit asks for the old ones.
    realtime.after_commit(kind, key, ask)


def show_queue(queue_id: int) -> None:
    """Show the queue's new name and threshold on its cards."""
    realtime.after_commit("changed queues", queue_id, _show_queues)


def show_slots(organisation_id: int) -> None:
    """Show those who are at work how many contacts they can take now."""
    at_work = Agent.objects.filter(organisation=organisation_id).exclude(
        state=AgentState.OFFLINE
    )
    for agent_id in at_work.order_by().values_list("pk", flat=True):
        agent_events.me(agent_id)


def show_responses(queue_id: int) -> None:
    """Show on its cards whether the queue has predefined responses."""
    realtime.after_commit("responses", queue_id, _show_responses)


def show_articles(queue_id: int) -> None:
    """Tell the desks of the queue that it has articles now, or none any more."""
    realtime.after_commit("articles", queue_id, _show_articles)


def show_agent(agent_id: int) -> None:
    """Show the agent's new name to those who share contacts with the agent."""
    realtime.after_commit("renamed agents", agent_id, _show_agents)


def show_watched(agent_id: int, *, now: datetime) -> None:
    """End what a changed agent may not watch any more, or whoever watches them, and
    show what they may do with the rest."""
    lapses.end_after_commit(agent_id, now)
    realtime.after_commit("watched", agent_id, _show_watched)


def show_controls(organisation_id: int) -> None:
    """Show on all cards of the organisation what its agents may do now."""
    realtime.after_commit("controls", organisation_id, _show_controls)


def show_open_contacts(organisation_id: int) -> None:
    """Show the organisation's customers and agents what they may do now."""
    realtime.after_commit("open contacts", organisation_id, _show_open_contacts)


@transaction.atomic
def _move_waits(queue_ids: set[int]) -> None:
    queues = Queue.objects.filter(pk__in=queue_ids).order_by("pk")
    for queue_id, seconds in queues.values_list("pk", "max_time_in_queue"):
        waiting = Contact.objects.filter(queue=queue_id, state__in=WAITING_STATES)
        waiting = waiting.exclude(channel=Channel.EMAIL, entry_point__isnull=False)
        _move(waiting, "wait_deadline", since=F("visit_started_at"), seconds=seconds)


@transaction.atomic
def _move_closings(queue_ids: set[int]) -> None:
    queues = Queue.objects.select_related("hours").in_bulk(queue_ids)
    waiting = Contact.objects.filter(
        queue__in=queue_ids, state__in=WAITING_STATES, channel=Channel.CHAT
    )
    moved = []
    locked = waiting.select_for_update(of=("self",), no_key=True)
    seen = ("queue_id", "visit_started_at", "release_at")
    for contact in locked.order_by("pk").only(*seen):
        assert contact.queue_id is not None
        assert contact.visit_started_at is not None
        closes_at = release_at(queues[contact.queue_id], contact.visit_started_at)
        if closes_at != contact.release_at:
            contact.release_at = closes_at
            moved.append(contact)
    Contact.objects.bulk_update(moved, ["release_at"], batch_size=500)


@transaction.atomic
def _move_wrap_ups(organisation_ids: set[int]) -> None:
    organisations = Organisation.objects.filter(pk__in=organisation_ids).order_by("pk")
    for organisation_id, seconds in organisations.values_list(
        "pk", "auto_wrapup_seconds"
    ):
        wrapping_up = Assignment.objects.filter(
            contact__organisation=organisation_id, state=AssignmentState.WRAPUP
        )
        # Who asked for more time has it from then on.
        began = Coalesce("wrapup_renewed_at", "wrapup_at")
        for share_id in _move(
            wrapping_up, "wrapup_deadline", since=began, seconds=seconds
        ):
            events.own_card(share_id)


def _move(
    rows: QuerySet[Any], column: str, *, since: Combinable, seconds: int | None
) -> list[Any]:
    """Set a deadline to so many seconds since a time, or to none. Return the ids of
    the rows that had another."""
    if seconds:
        deadline = since + timedelta(seconds=seconds)
        wrong = Q((column, None)) | ~Q((column, deadline))
    else:
        deadline = None
        wrong = Q((f"{column}__isnull", False))
    locked = rows.filter(wrong).select_for_update(of=("self",), no_key=True)
    ids = list(locked.order_by("pk").values_list("pk", flat=True))
    if ids:
        rows.model._default_manager.filter(pk__in=ids).update(**{column: deadline})
    return ids


@transaction.atomic
def _show_queues(queue_ids: set[int]) -> None:
    shares = Assignment.objects.filter(queue__in=queue_ids, state__in=LIVE_STATES)
    for share_id in shares.order_by().values_list("pk", flat=True):
        events.own_card(share_id)


@transaction.atomic
def _show_responses(queue_ids: set[int]) -> None:
    shares = Assignment.objects.filter(
        contact__queue__in=queue_ids, state=AssignmentState.CONNECTED
    )
    for share_id in shares.order_by().values_list("pk", flat=True):
        events.own_card(share_id)


def _show_articles(queue_ids: set[int]) -> None:
    shares = Assignment.objects.filter(
        contact__queue__in=queue_ids, state=AssignmentState.CONNECTED
    )
    of_agents = shares.order_by().values_list("contact__queue", "agent").distinct()
    for queue_id, agent_id in of_agents:
        events.articles(queue_id, agent_id=agent_id)


@transaction.atomic
def _show_controls(organisation_ids: set[int]) -> None:
    shares = Assignment.objects.filter(
        contact__organisation__in=organisation_ids, state__in=LIVE_STATES
    )
    for share_id in shares.order_by().values_list("pk", flat=True):
        events.own_card(share_id)


@transaction.atomic
def _show_watched(agent_ids: set[int]) -> None:
    watches = Watch.objects.filter(Watch.ON, watcher__in=agent_ids)
    for share_id in watches.order_by().values_list("share", flat=True):
        events.own_card(share_id)


def _show_open_contacts(organisation_ids: set[int]) -> None:
    contacts = Contact.objects.filter(organisation__in=organisation_ids)
    _show_contacts(contacts.exclude(state=ContactState.ENDED))


def _show_agents(agent_ids: set[int]) -> None:
    live = Assignment.objects.filter(state__in=LIVE_STATES)
    # A card names the colleague who talks in the contact, and who asked for it.
    named = live.filter(Q(agent__in=agent_ids) | Q(requested_by__in=agent_ids))
    ids = named.order_by().values("contact")
    _show_contacts(Contact.objects.filter(pk__in=ids))


@transaction.atomic
def _show_contacts(contacts: QuerySet[Contact]) -> None:
    locked = contacts.select_for_update(of=("self",), no_key=True).order_by("pk")
    events.contact(*locked.values_list("pk", flat=True))
