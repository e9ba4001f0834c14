"""Offers and waits whose time is over, and the net below routing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from agents.models import Organisation
from contacts import queries
from contacts.services import (
    offers,
    router,
    summons,
    waiting,
)
from core.sweeping import each, in_batches

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

BATCH = 100  # rows one transaction takes, so that nobody waits long for its locks


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
