"""Browsers to which offers are pushed, by the choice of the person in each of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from agents.models import Agent, PushSubscription
from agents.services.configuration import NotValid
from core import pushing

if TYPE_CHECKING:
    from datetime import datetime

MOST_BROWSERS = 10  # of one person; the oldest goes


@transaction.atomic
def subscribe(
    *, agent: Agent, endpoint: str, p256dh: str, auth: str, now: datetime
) -> PushSubscription:
    """Push this person's offers to a browser, and nobody else's: it has one person at
    a time. Raise NotValid."""
    if not pushing.is_endpoint(endpoint):
        sentence = gettext("This is no address of a push service.")
        raise NotValid({"endpoint": [sentence]})
    if not pushing.are_keys(p256dh, auth):
        raise NotValid({"p256dh": [gettext("These are no keys of a browser.")]})
    Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=agent.pk)
    row, _ = PushSubscription.objects.update_or_create(
        digest=_digest(endpoint),
        defaults={
            "agent": agent,
            "endpoint": endpoint,
            "p256dh": p256dh,
            "auth": auth,
            "created_at": now,
        },
    )
    own = PushSubscription.objects.filter(agent=agent)
    old = own.values_list("pk", flat=True)[MOST_BROWSERS:]
    PushSubscription.objects.filter(pk__in=list(old)).delete()
    return row


def unsubscribe(*, agent: Agent, endpoint: str) -> None:
    """Push nothing more to a browser of this person; harmless to repeat."""
    own = PushSubscription.objects.filter(agent=agent)
    own.filter(digest=_digest(endpoint)).delete()


def unsubscribe_all(agent: Agent) -> None:
    """Push nothing more to anywhere: the person has left."""
    PushSubscription.objects.filter(agent=agent).delete()


def browsers_of(agent_id: int) -> list[PushSubscription]:
    return list(PushSubscription.objects.filter(agent=agent_id))


def forget(row: PushSubscription) -> None:
    """Forget a browser that is gone."""
    PushSubscription.objects.filter(pk=row.pk).delete()


def _digest(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()
