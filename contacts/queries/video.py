"""Video calls, as cards and customers see them, and as the sweep looks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from agents.models import Socket
from contacts.models import ON, CallEnd, VideoCall, VideoState

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from core.moments import Moment


def call_shown(contact: str) -> Subquery:
    """Return the expression for the call that is on in the contact of a column, as
    {state, by, agent, agent_tab, customer_tab}; null for none."""
    on = VideoCall.objects.filter(contact=OuterRef(contact), state__in=ON).order_by()
    shown = JSONObject(
        state="state",
        by="started_by__display_name",
        agent="started_by",
        agent_tab="agent_tab",
        customer_tab="customer_tab",
    )
    return Subquery(on.values(shown=shown)[:1])


def calls_unanswered(now: datetime | Moment) -> QuerySet[VideoCall, int]:
    """Return the ids of calls that have rung for too long."""
    ringing = VideoCall.objects.filter(state=VideoState.RINGING, ring_until__lte=now)
    return ringing.order_by("ring_until").values_list("pk", flat=True)


def calls_in_doubt() -> QuerySet[VideoCall, int]:
    """Return the ids of live calls of which an end is, or was, out of reach."""
    live = VideoCall.objects.filter(state=VideoState.LIVE)
    is_whole = Q(_is_open(CallEnd.AGENT)) & Q(_is_open(CallEnd.CUSTOMER))
    doubtful = live.exclude(is_whole & Q(lost_until__isnull=True))
    return doubtful.order_by("pk").values_list("pk", flat=True)


def lost_end(call: VideoCall) -> CallEnd | None:
    """Return which end of a call has no open socket, the customer's first."""
    ends = {CallEnd.CUSTOMER: call.customer_socket, CallEnd.AGENT: call.agent_socket}
    open_ones = set(
        Socket.objects.filter(pk__in=[pk for pk in ends.values() if pk]).values_list(
            "pk", flat=True
        )
    )
    return next((end for end, pk in ends.items() if pk not in open_ones), None)


def _is_open(end: CallEnd) -> Exists:
    return Exists(Socket.objects.filter(pk=OuterRef(f"{end}_socket")))
