from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from agents.models import Role
from core.prepared import Prepared
from queues import queries
from queues.models import Assistant, EntryPoint, Intent, Logo, PredefinedResponse, Queue

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from agents.models import Agent


def queue_now(queue_id: int) -> Queue:
    """Return a queue as it is after a change, with who serves it."""
    rows = Queue.objects.prefetch_related("distribution", "asked_skills")
    return rows.get(pk=queue_id)


def queues_of(overseer: Agent) -> QuerySet[Queue]:
    """Return the queues a supervisor (those that own teams serve) or administrator
    (all) oversees, those that were deactivated included."""
    queues = Queue.objects.filter(organisation=overseer.organisation_id)
    if overseer.role != Role.ADMINISTRATOR:
        served = Queue.objects.filter(distribution__team__in=overseer.teams.all())
        queues = queues.filter(pk__in=served.values("pk"))
    return queues.order_by("name", "pk")


def lock_queue(queue_id: int) -> Queue:
    """Return a queue with its hours, its row locked until the transaction ends."""
    rows = Queue.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("hours").get(pk=queue_id)


def assistant_now(assistant_id: int) -> Assistant:
    """Return an assistant as it is after a change, with its intents."""
    rows = Assistant.objects.prefetch_related("intents__asked_skills")
    return rows.get(pk=assistant_id)


def entry_point_now(entry_point_id: int) -> EntryPoint:
    """Return an entry point as it is after a change, with whom it invites."""
    rows = EntryPoint.objects.prefetch_related("proactive_rules", "asked_skills")
    return rows.get(pk=entry_point_id)


def intent_of(assistant: Assistant, intent_id: int | None) -> Intent | None:
    """Return an intent of the assistant, if it has one of this id."""
    if intent_id is None:
        return None
    return Intent.objects.filter(assistant=assistant, pk=intent_id).first()


def entry_point_for_key(key: str) -> EntryPoint:
    """Return the entry point with this public key, or 404."""
    entry_point = find_entry_point(key)
    if entry_point is None:
        raise Http404
    return entry_point


def find_entry_point(key: str) -> EntryPoint | None:
    """Return the entry point with this public key, if there is one."""
    entry_point: EntryPoint | None = ENTRY_POINTS.first(key=key)
    return entry_point


ENTRY_POINTS = Prepared(
    lambda: EntryPoint.objects.select_related(
        "organisation", "queue__hours", "assistant", "logo"
    ).defer("logo__content")
)


def logo_for_key(key: str) -> Logo:
    """Return the logo of the entry point with this public key, or 404."""
    logo = Logo.objects.filter(entry_point__key=key).first()
    if logo is None:
        raise Http404
    return logo


def own_response(agent: Agent, response_id: int) -> PredefinedResponse:
    """Return a response that the person keeps, or 404: nobody sees another's."""
    response = queries.own_responses(agent).filter(pk=response_id).first()
    if response is None:
        raise Http404
    return response
