"""The servers by which the two ends of a video call find a way to each other.

A relay (TURN) takes whoever shows a name with a time in it, signed with the secret that
it shares with us: so what we hand out is of no use after that time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Organisation
    from contacts.models import CallEnd, VideoCall

VALID_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Ice:
    """What a browser needs to find the other end."""

    servers: list[dict[str, Any]]
    relay_only: bool
    expires_at: datetime


def servers_for(
    call: VideoCall, end: CallEnd, organisation: Organisation, now: datetime
) -> Ice:
    """Return the servers for one end of a call."""
    expires_at = now + VALID_FOR
    servers: list[dict[str, Any]] = []
    if settings.STUN_URLS and not organisation.video_relay_only:
        servers.append({"urls": settings.STUN_URLS})
    if settings.TURN_URLS:
        name = f"{int(expires_at.timestamp())}:{call.pk}-{end}"
        credential = _signed(name)
        servers.append(
            {"urls": settings.TURN_URLS, "username": name, "credential": credential}
        )
    return Ice(servers, organisation.video_relay_only, expires_at)


def _signed(name: str) -> str:
    secret = settings.TURN_SECRET.encode()
    # The relays' own scheme, which is no choice of ours.
    return base64.b64encode(hmac.digest(secret, name.encode(), hashlib.sha1)).decode()
