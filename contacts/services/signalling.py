"""What the two ends of a video call tell each other to find a way: passed on to the
page that is named in the call, and to no other; neither stored nor logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from agents import addresses
from contacts import events
from contacts.models import ON, CallEnd, VideoCall
from core import limits
from core.errors import DomainError

if TYPE_CHECKING:
    from uuid import UUID


class NoCall(DomainError):
    code = "no_call"
    sentence = _("You are in no video call here.")


@dataclass(frozen=True)
class Speaker:
    """Who signals: the person, the page, and the socket that it came by."""

    end: CallEnd
    tab: str
    socket: UUID
    agent_id: int | None = None


def pass_on(*, contact_id: UUID, speaker: Speaker, data: dict[str, Any]) -> None:
    """Tell the other end. Raises NoCall for everybody but the two ends of a call that
    is on, TooMany for one in too much of a hurry."""
    calls = VideoCall.objects.filter(contact=contact_id, state__in=ON)
    call = calls.first()
    if call is None or not _has(call, speaker):
        raise NoCall
    limits.spend(
        f"signals:{call.pk}:{speaker.end}", per_minute=settings.SIGNALS_PER_MINUTE
    )
    column = f"{speaker.end}_socket"
    if getattr(call, column) != speaker.socket:
        calls.filter(pk=call.pk).update(**{column: speaker.socket})
    events.signal(contact_id=contact_id, data=data, to=_other_end(call, speaker.end))


def _has(call: VideoCall, speaker: Speaker) -> bool:
    """Whether this is an end of the call, in the page in which it has the call."""
    if speaker.end == CallEnd.AGENT and call.started_by_id != speaker.agent_id:
        return False
    return call.tab_of(speaker.end) in {"", speaker.tab}


def _other_end(call: VideoCall, end: CallEnd) -> str:
    if end == CallEnd.AGENT:
        return addresses.of_tab(
            addresses.of_customer(call.contact_id), call.customer_tab
        )
    return addresses.of_tab(addresses.of_agent(call.started_by_id), call.agent_tab)
