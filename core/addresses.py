from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request


def of(request: HttpRequest | Request) -> str:
    """Return the network address a request comes from.

    `X-Forwarded-For` counts only as far as trusted proxies have written it.
    """
    address: str = request.META.get("REMOTE_ADDR", "")
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while _is_trusted(address) and hops and hops[-1].strip():
        address = hops.pop().strip()
    return address


def _is_trusted(address: str) -> bool:
    try:
        peer = ipaddress.ip_address(address)
        networks = [ipaddress.ip_network(proxy) for proxy in settings.TRUSTED_PROXIES]
    except ValueError:
        return False
    return any(peer in network for network in networks)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens on this host."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
