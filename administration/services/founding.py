from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from agents.services import organisations as people_first
from queues.services import organisations as then_queues
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent, Organisation

CODES = {
    # The first is the default.
    "Resolved": "The customer has what they came for.",
    "Follow-up": "Something is left to do after the chat.",
    "No answer": "The customer stopped answering.",
}


@transaction.atomic
def found(
    organisation: Organisation,
    *,
    now: datetime,
    administrator: Agent | None = None,
    password: str | None = None,
) -> Organisation:
    """Store a new organisation in which contacts can arrive, be served and be wrapped
    up, all of it or nothing. Raise NotValid."""
    people_first.found(
        organisation, now=now, administrator=administrator, password=password
    )
    then_queues.furnish(organisation)
    for name, description in CODES.items():
        WrapUpCode.objects.create(
            organisation=organisation,
            name=name,
            description=description,
            is_default=name == next(iter(CODES)),
        )
    return organisation
