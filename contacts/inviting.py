"""What the widget asks before it invites a visitor: the rules, and who is free.

Both are scripts: a site's policy lets the widget's own host through, and needs to say
nothing more.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from agents.models import Channel
from contacts.queries.routing import candidates
from contacts.services import opening, skills
from core import clock, redis
from queues.access import entry_point_for_key
from queues.queries import active_rules
from queues.skills import fits_after

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from queues.models import EntryPoint

# So long browsers keep the rules.
RULES_AGE = 600  # seconds
# So long an answer holds, whoever asks; the widget asks no sooner.
FREE_AGE = 15  # seconds


@login_not_required
@require_safe
def rules(request: HttpRequest, key: str) -> HttpResponse:
    """When visitors are invited, and in which words."""
    entry_point = _active(key)
    each = [
        {
            "pattern": rule.pattern,
            "seconds": rule.seconds,
            "visits": rule.visits,
            "text": rule.text,
        }
        for rule in active_rules(entry_point)
    ]
    words = {"close": gettext("Close invitation")}
    return _module({"rules": each, "words": words}, age=RULES_AGE)


@login_not_required
@require_safe
def free(request: HttpRequest, key: str) -> HttpResponse:
    """Whether somebody would answer a chat now: yes or no, and nothing more."""
    entry_point = _active(key)
    is_free = redis.kept(
        f"free:{entry_point.pk}",
        seconds=FREE_AGE,
        made=lambda: _is_anybody_free(entry_point, clock.now()),
    )
    return _module(is_free, age=FREE_AGE)


def _active(key: str) -> EntryPoint:
    """Return an entry point that invites, or 404."""
    entry_point = entry_point_for_key(key)
    if not active_rules(entry_point).exists():
        raise Http404
    return entry_point


def _is_anybody_free(entry_point: EntryPoint, now: datetime) -> bool:
    if opening.closed_reason(entry_point, now) is not None:
        return False
    queues = opening.open_queues(entry_point, now)
    able = candidates([queue.pk for queue in queues], with_skills=True)
    free = [each for each in able if Channel.CHAT in each.free_channels]
    asked = skills.asked_in(entry_point, queues)
    return any(
        queue_id in asked and fits_after(asked[queue_id], each.skills) == 0
        for each in free
        for queue_id in each.joins_after
    )


def _module(value: Any, *, age: int) -> HttpResponse:
    return HttpResponse(
        f"export default {json.dumps(value)};\n",
        content_type="text/javascript; charset=utf-8",
        headers={
            "Cache-Control": f"public, max-age={age}",
            # Any site may read it: it is what its visitors see.
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )
