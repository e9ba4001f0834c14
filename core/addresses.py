from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http.request import split_domain_port
from django.utils.translation import gettext

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request


# What proxies add. Who finds one of these may be asking for somebody else.
FORWARDING = {"HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA"}
FORWARDING_BEGINS = "HTTP_X_FORWARDED_"


def of(request: HttpRequest | Request) -> str:
    """Return the network address a request comes from.

    `X-Forwarded-For` counts only as far as trusted proxies have written it.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    return _visitor(peer, request.META.get("HTTP_X_FORWARDED_FOR", ""))


def of_scope(scope: dict[str, Any]) -> str:
    """Return the network address a socket comes from, as `of` does."""
    told = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    peer = scope.get("client") or [""]
    return _visitor(peer[0], b",".join(told).decode("latin-1"))


def _visitor(address: str, forwarded: str) -> str:
    hops = forwarded.split(",")
    while is_trusted(address) and hops and hops[-1].strip():
        address = _without_port(hops.pop().strip())
    return address


def _without_port(hop: str) -> str:
    """Return the address alone; some proxies write the visitor's port, too."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def network_of(address: str) -> str:
    """Return what belongs to one visitor: an IPv4 address, or the /64 of an IPv6 one,
    in which every household has more addresses than anybody could count."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), HOUSEHOLD), strict=False))


# The widest networks that may be named: a wider one would be half the world.
WIDEST = {4: 16, 6: 32}
HOUSEHOLD = 64  # bits of an IPv6 address that name one
MAPPED = 96  # bits before an IPv4 address that is written as an IPv6 one


def blockable(value: str) -> str:
    """Return an address, or a network, in its one shape: of an IPv6 address its /64.
    Raise ValueError with a sentence."""
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError as error:
        raise ValueError(
            gettext(
                "This is no network address such as 203.0.113.7, nor a network such "
                "as 203.0.113.0/24."
            )
        ) from error
    if isinstance(network, ipaddress.IPv6Network):
        network = _plain(network)
    widest = WIDEST[network.version]
    if network.prefixlen < widest:
        raise ValueError(
            gettext("This network is too wide: give a /%(widest)s or a part of it.")
            % {"widest": widest}
        )
    return _shape(network)


def networks_around(address: str) -> list[str]:
    """Return every shape in which a visitor's address can be named."""
    try:
        network = ipaddress.ip_network(network_of(address))
    except ValueError:
        return []
    prefixes = range(WIDEST[network.version], network.prefixlen + 1)
    return [_shape(network.supernet(new_prefix=prefix)) for prefix in prefixes]


def _plain(
    network: ipaddress.IPv6Network,
) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    mapped = network.network_address.ipv4_mapped
    if mapped is not None and network.prefixlen >= MAPPED:
        own = network.prefixlen - MAPPED
        return ipaddress.IPv4Network((int(mapped), own), strict=False)
    if network.prefixlen > HOUSEHOLD:
        return network.supernet(new_prefix=HOUSEHOLD)
    return network


def _shape(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> str:
    is_one = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if is_one else str(network)


def is_trusted(address: str) -> bool:
    """Whether this is a proxy that may say who a visitor is."""
    try:
        peer = ipaddress.ip_address(address)
        networks = [ipaddress.ip_network(proxy) for proxy in settings.TRUSTED_PROXIES]
    except ValueError:
        return False
    return any(peer in network for network in networks)


def is_this_machine(request: HttpRequest | Request) -> bool:
    """Whether somebody on this machine asks, and no proxy on it for somebody else.

    A proxy has a loopback address too. It gives itself away by what it adds, by the
    name it asks for, or by standing in `TRUSTED_PROXIES`. The server may have put the
    visitor's address in the peer's place: only where such a header came.
    """
    if settings.TRUSTED_PROXIES or _is_forwarded(request):
        return False
    peer: str = request.META.get("REMOTE_ADDR", "")
    name, _ = split_domain_port(request.get_host())
    return is_loopback(peer) and is_loopback(name)


def _is_forwarded(request: HttpRequest | Request) -> bool:
    return any(
        name in FORWARDING or name.startswith(FORWARDING_BEGINS)
        for name in request.META
    )


def is_loopback(host: str) -> bool:
    """Whether this host, a name or an address, is this machine and no other."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host == "localhost"
    # On a socket for both families IPv4 comes as IPv6.
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
