"""Offers are pushed to browsers whose desk is not seen, as their agents have chosen."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from agents.services import push
from contacts.models import Assignment
from core import connections, pushing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from agents.models import PushSubscription

logger = logging.getLogger(__name__)


def summon(share_ids: Collection[int], *, now: datetime) -> int:
    """Push the offers of these that are open still. Return how many browsers took
    one."""
    rows = Assignment.objects.filter(pk__in=share_ids).select_related("queue")
    return sum(_summon(share, now) for share in rows if share.is_open_at(now))


def _summon(share: Assignment, now: datetime) -> int:
    browsers = push.browsers_of(share.agent_id)
    text = _text(share)
    seconds = max(1, int((share.rona_at - now).total_seconds()))
    # A push service that is slow must not hold a database connection.
    connections.give_back()
    return sum(_push(browser, text, seconds=seconds) for browser in browsers)


def _text(share: Assignment) -> bytes:
    """Return what is said: nothing of the customer, who is on the card."""
    said = {
        "contact": str(share.contact_id),
        "tag": str(share.pk),
        "queue": share.queue.name,
    }
    return json.dumps(said).encode()


def _push(row: PushSubscription, text: bytes, *, seconds: int) -> bool:
    browser = pushing.Browser(row.endpoint, row.p256dh, row.auth)
    try:
        pushing.push(browser, text, seconds=seconds)
    except pushing.Gone:
        push.forget(row)
    except pushing.NotPushed as error:
        logger.warning("An offer was not pushed to a browser: %s", error)
    else:
        return True
    return False
