"""Web push (RFC 8030, 8291, 8292): a word to a browser whose page may be asleep.

The endpoint comes from a browser, so it is as hostile as any other address: it is
asked through `core.fetching`, over https. Plain http is for networks that the operator
has allowed.
"""

from __future__ import annotations

import base64
import ipaddress
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from core import fetching

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE = 10  # seconds for a push service
LARGEST_ANSWER = 16 * 1024  # bytes
LENGTH_OF_SECRET = 16  # bytes
GONE = {404, 410}  # there is no such browser any more


@dataclass(frozen=True)
class Browser:
    """Where a browser is reached, and the keys that only it can read with."""

    endpoint: str
    p256dh: str
    auth: str


class Gone(Exception):
    """The browser has ended its subscription."""


class NotPushed(Exception):
    """The push service did not take it; the message says why."""


def is_endpoint(url: str) -> bool:
    """Whether a push service can be asked there."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        is_whole = bool(host) and parts.port != 0
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (
        parts.scheme == "http" and _is_in_allowed_network(host)
    )
    return is_whole and is_safe and url.isascii() and url.isprintable()


def are_keys(p256dh: str, auth: str) -> bool:
    """Whether these are a point of the curve and a secret, as browsers make them."""
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _decoded(p256dh))
        return len(_decoded(auth)) == LENGTH_OF_SECRET
    except ValueError:
        return False


def public_key() -> str:
    """Return the key by which browsers know this installation."""
    point = _signer().public_key.public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def push(browser: Browser, text: bytes, *, seconds: int) -> None:
    """Send a text, of which the push service can read nothing; it is dropped if the
    browser is not there within so many seconds. Raise Gone or NotPushed."""
    body = _encrypted(browser, text)
    headers = {
        **_signed(browser.endpoint),
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(seconds),
        "Urgency": "high",
    }
    try:
        answer = fetching.post(
            browser.endpoint,
            body,
            headers=headers,
            seconds=PATIENCE,
            largest=LARGEST_ANSWER,
        )
    except fetching.FetchError as error:
        raise NotPushed(str(error)) from error
    if answer.status in GONE:
        raise Gone
    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        raise NotPushed(f"answered with {answer.status}")


def _encrypted(browser: Browser, text: bytes) -> bytes:
    from pywebpush import WebPusher  # takes long to load

    info = {
        "endpoint": browser.endpoint,
        "keys": {"p256dh": browser.p256dh, "auth": browser.auth},
    }
    return bytes(WebPusher(info).encode(text, content_encoding="aes128gcm")["body"])


def _signed(endpoint: str) -> Mapping[str, str]:
    parts = urlsplit(endpoint)
    audience = f"{parts.scheme}://{parts.netloc}"
    headers: Mapping[str, str] = _signer().sign(
        {"aud": audience, "sub": settings.PUSH_CONTACT}
    )
    return headers


@cache
def _signer() -> Any:
    from py_vapid import Vapid02

    return Vapid02.from_raw(settings.VAPID_KEY.encode())


def _is_in_allowed_network(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in settings.WEBHOOK_ALLOW_NETWORKS)


def _decoded(text: str) -> bytes:
    padded = text + "=" * (-len(text) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)
