from __future__ import annotations

import re
from itertools import chain, count
from typing import TYPE_CHECKING

from django.db import transaction

from agents.services import configuration
from queues.models import EntryPoint, Queue
from queues.services import queues
from queues.services.queues import Group

if TYPE_CHECKING:
    from agents.models import Organisation

QUEUE = "Support"
LONGEST_STEM = 32  # characters of a key, so that a number still fits behind
SHORTEST_KEY = 3


@transaction.atomic
def furnish(organisation: Organisation) -> EntryPoint:
    """Give a new organisation a queue that its teams serve, and a chat page."""
    queue = Queue(
        organisation=organisation,
        name=QUEUE,
        description="Everything that customers ask.",
    )
    teams = organisation.teams.order_by("pk")
    queues.save(queue, distribution=[Group(team, 0) for team in teams])
    return configuration.save(
        EntryPoint(
            organisation=organisation,
            name=organisation.name,
            key=free_key(organisation.slug),
            queue=queue,
        )
    )


def free_key(slug: str) -> str:
    """Return a key that no entry point has, as like the slug as it can be."""
    stem = re.sub(r"[^a-z0-9]+", "-", slug.lower())[:LONGEST_STEM].strip("-")
    if len(stem) < SHORTEST_KEY:
        stem = f"{stem}-chat".strip("-")
    rows = EntryPoint.objects.filter(key__startswith=stem)
    taken = set(rows.values_list("key", flat=True))
    wanted = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(key for key in wanted if key not in taken)
