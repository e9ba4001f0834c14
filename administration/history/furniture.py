"""What the days need of a demo organisation: read as it is, and what it has not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from administration.demo_centres import ACME, PRECHAT_FIELDS
from administration.history.world import Centre
from agents.models import Agent, IdleCode, Role
from contacts.queries.routing import as_candidates
from queues.models import AssistantKind, EntryPoint
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from agents.models import Organisation
    from queues.models import Queue
    from queues.routing import Candidate

SALES = "acme-sales"
IDLE_CODES = ("Lunch", "Break", "Meeting")
WRAPUP_CODES = {
    "Delivery question": "Where a parcel is, and when it comes.",
    "Technical help": "Something did not work, or nobody knew how.",
    "Returns": "The customer sends something back.",
    "Invoice explained": "What an invoice says, and why.",
    "Refund": "Money that goes back.",
    "Payment": "How to pay, and what went wrong with it.",
    "Order placed": "The customer has bought something.",
    "Offer sent": "The customer thinks about it.",
}


def complete(organisation: Organisation) -> None:
    """Add the codes that the days use, and Acme's way in to its sales."""
    for name in IDLE_CODES:
        IdleCode.objects.get_or_create(organisation=organisation, name=name)
    for name, text in WRAPUP_CODES.items():
        WrapUpCode.objects.get_or_create(
            organisation=organisation, name=name, defaults={"description": text}
        )
    queue = organisation.queues.filter(name="Sales", is_active=True).first()
    if organisation.slug == ACME.slug and queue is not None:
        EntryPoint.objects.get_or_create(
            key=SALES,
            defaults={
                "organisation": organisation,
                "name": "Acme sales",
                "queue": queue,
                "greeting": "Welcome to Acme. What are you looking for?",
                "prechat_fields": PRECHAT_FIELDS,
            },
        )


def centre_of(organisation: Organisation) -> Centre:
    """Return the organisation as the days are played with it."""
    agents = _agents(organisation)
    served = {pk for _, each in agents.values() for pk in each.joins_after}
    queues = organisation.queues.filter(is_active=True, pk__in=served)
    doors = _doors(organisation, queues)
    codes = organisation.wrapup_codes.filter(is_active=True)
    idle = organisation.idle_codes.filter(is_active=True)
    return Centre(
        organisation=organisation,
        agents=agents,
        queues={queue.pk: queue for queue in queues},
        doors=doors,
        intents={
            door.assistant.pk: tuple(door.assistant.intents.select_related("queue"))
            for door in doors
            if door.assistant is not None
        },
        codes={code.name: code for code in codes},
        default_code=codes.order_by("-is_default", "name")[0],
        signs_in_as=idle.order_by("-is_default", "name")[0].name,
        overseer=_overseer(organisation),
    )


def _agents(organisation: Organisation) -> dict[int, tuple[Agent, Candidate]]:
    """Return those who serve a queue, with how routing sees them."""
    roles = [Role.AGENT, Role.SUPERVISOR]
    people = organisation.agents.filter(is_active=True, role__in=roles)
    agents = {agent.pk: agent for agent in people}
    candidates = sorted(as_candidates(people), key=lambda each: each.agent_id)
    return {
        each.agent_id: (agents[each.agent_id], each)
        for each in candidates
        if each.joins_after
    }


def _doors(
    organisation: Organisation, queues: QuerySet[Queue]
) -> tuple[EntryPoint, ...]:
    """Return the ways in that are open: to people, or to a scripted assistant."""
    points = EntryPoint.objects.filter(organisation=organisation, is_active=True)
    points = points.filter(queue__in=queues).exclude(
        assistant__kind__in=[AssistantKind.WEBHOOK, AssistantKind.LLM]
    )
    return tuple(points.select_related("queue", "assistant").order_by("pk"))


def _overseer(organisation: Organisation) -> Agent:
    people = organisation.agents.filter(is_active=True)
    roles = [Role.SUPERVISOR, Role.ADMINISTRATOR]
    return people.filter(role__in=roles).order_by("-role", "pk")[0]
