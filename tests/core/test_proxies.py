"""What proxies say of a visitor, and which pages may open a socket then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import RequestFactory

from core import addresses
from core.consumers import has_own_origin
from core.proxies import TrustedProxies

if TYPE_CHECKING:
    from pytest_django import Settings

PROXY, STRANGER = "10.0.0.1", "192.0.2.7"
NAME = "chat.example.com"


@pytest.fixture(autouse=True)
def behind_a_proxy(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [PROXY]
    settings.ALLOWED_HOSTS = [NAME, "[::1]"]


async def scheme_of(kind: str, *told: str, peer: str = PROXY) -> str:
    """Return the scheme by which the application sees somebody come."""
    seen: dict[str, Any] = {}

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.update(scope)

    scope = {
        "type": kind,
        "scheme": "ws" if kind == "websocket" else "http",
        "client": (peer, 1),
        "headers": [(b"x-forwarded-proto", each.encode()) for each in told],
    }
    await TrustedProxies(application)(scope, None, None)
    return str(seen["scheme"])


@pytest.mark.parametrize(
    "told", [["https"], ["https, http"], ["HTTPS,http"], ["wss"], ["https", "http"]]
)
async def test_a_trusted_proxy_tells_the_visitors_scheme(told: list[str]) -> None:
    assert await scheme_of("http", *told) == "https"
    assert await scheme_of("websocket", *told) == "wss"


@pytest.mark.parametrize("told", ["http", "http, https", "nonsense", "", ", https"])
async def test_what_it_does_not_tell_is_not_taken_for_tls(told: str) -> None:
    assert await scheme_of("http", told) == "http"
    assert await scheme_of("websocket", told) == "ws"


async def test_nobody_else_tells_it() -> None:
    assert await scheme_of("http", "https", peer=STRANGER) == "http"
    assert await scheme_of("websocket", "https", peer=STRANGER) == "ws"


@pytest.mark.parametrize("port", ["", ":4711"])
def test_a_visitors_address_may_come_with_a_port(port: str) -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=f"203.0.113.9, {STRANGER}{port}"
    )
    ipv6 = RequestFactory().get(
        "/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=f"[2001:db8::1]{port}"
    )

    assert addresses.of(request) == STRANGER
    assert addresses.of(ipv6) == "2001:db8::1"


# --- origins ----------------------------------------------------------------------
def is_own(origin: str, host: str, *, scheme: str = "ws") -> bool:
    headers = [(b"origin", origin.encode()), (b"host", host.encode())]
    return has_own_origin({"scheme": scheme, "headers": headers})


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (f"http://{NAME}:80", NAME),
        (f"http://{NAME}", f"{NAME}:80"),
        (f"http://{NAME}:80", f"{NAME}:80"),
        ("http://[::1]:80", "[::1]"),
    ],
)
def test_a_default_port_that_is_spelled_out_is_the_same_as_none(
    origin: str, host: str
) -> None:
    assert is_own(origin, host)
    secure = origin.replace("http:", "https:").replace(":80", ":443")
    assert is_own(secure, host.replace(":80", ":443"), scheme="wss")


@pytest.mark.parametrize(
    ("origin", "host", "scheme"),
    [
        (f"http://{NAME}:443", NAME, "ws"),
        (f"https://{NAME}:80", NAME, "wss"),
        (f"http://{NAME}:8080", NAME, "ws"),
        (f"http://{NAME}:80:80", NAME, "ws"),
        (f"http://{NAME}", f"{NAME}:8080", "ws"),
        (f"http://{NAME}", NAME, "wss"),
        (f"https://{NAME}", NAME, "ws"),
        ("http://:80", ":80", "ws"),
        ("http://:80", "", "ws"),
        (f"http://{NAME}:80/", NAME, "ws"),
    ],
)
def test_another_port_or_scheme_is_another_site(
    origin: str, host: str, scheme: str
) -> None:
    assert not is_own(origin, host, scheme=scheme)
