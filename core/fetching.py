"""The one door through which Parley asks other servers (webhooks, language models).

Addresses come from administrators, so they are hostile: the address that is connected
to is the one that was checked, no redirect is followed, and neither a large answer nor
a slow one holds anybody up. Never call it with a database connection in hand.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop

from core.wording import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LARGEST = 64 * 1024  # bytes of an answer
PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
CHUNK = 16 * 1024
# Why there is no answer; kept for administrators.
NO_ANSWER = Sentence(gettext_noop("{host} did not answer: {reason}"))
NO_NAME = Sentence(gettext_noop("There is no server of the name {host}."))
NO_NAME_YET = Sentence(gettext_noop("The name {host} was not found in time."))
INNER = Sentence(
    gettext_noop(
        "{host} is at {address}, an inner address. An operator allows it with "
        "PARLEY_WEBHOOK_ALLOW_NETWORKS."
    )
)
TOO_LONG = Sentence(gettext_noop("The answer is larger than {largest} bytes."))
TOO_SLOW = Sentence(
    gettext_noop("There was no complete answer within {seconds} seconds.")
)
resolvers = ThreadPoolExecutor(8, thread_name_prefix="resolver")


class FetchError(Exception):
    """No answer; the message says why, for an administrator."""


class NotAllowed(FetchError):
    """The address is inside a network that outgoing requests may not reach."""


class NotResolved(FetchError):
    """The name of the server is unknown."""


class TookTooLong(FetchError):
    """The answer was not complete in time."""


class TooLong(FetchError):
    """The answer is larger than asked for."""


class NotReached(FetchError):
    """Nobody answers there, or not in HTTP."""


@dataclass(frozen=True)
class Answer:
    """What another server said: the status, its headers in lower case, the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    seconds: float,
    largest: int = LARGEST,
) -> Answer:
    """Return the answer to a POST, whatever its status; a redirect is an answer.

    All of it, names and certificates too, takes at most `seconds`; the answer has at
    most `largest` bytes. Raises a FetchError.
    """
    ends_at = monotonic() + seconds
    parts = _parts(url)
    address = _resolved(parts.host, parts.port, ends_at)
    handles: list[socket.socket] = []
    connection = _connection(parts, address, ends_at, handles)
    # A server that sends a byte now and then is in time at every single read.
    watch = Timer(_left(ends_at), _hang_up, [handles])
    watch.daemon = True
    watch.start()
    try:
        answer = _ask(connection, parts.path, body, headers, largest)
    except (OSError, HTTPException, ValueError) as error:
        if monotonic() >= ends_at:
            raise TookTooLong(_sentence(seconds)) from error
        raise NotReached(
            NO_ANSWER.of(host=parts.host, reason=_reason(error))
        ) from error
    finally:
        watch.cancel()
        connection.close()
        for handle in handles:
            handle.close()
    # What was cut off may look complete where no length was told.
    if monotonic() >= ends_at:
        raise TookTooLong(_sentence(seconds))
    return answer


@dataclass(frozen=True)
class Parts:
    scheme: str
    host: str
    port: int
    path: str


def _parts(url: str) -> Parts:
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, KeyError) as error:
        raise NotReached(gettext_noop("This is no web address.")) from error
    if not host or parts.username or parts.password:
        raise NotReached(gettext_noop("This is no web address."))
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    if not (path + query).isascii() or any(c <= " " for c in path + query):
        raise NotReached(gettext_noop("This is no web address."))
    return Parts(parts.scheme, host, port, path + query)


# --- which address ------------------------------------------------------------------
def _resolved(host: str, port: int, ends_at: float) -> str:
    """Return the first address of the host, all of which may be reached."""
    asked = resolvers.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = asked.result(_left(ends_at))
    except NotInTime as error:
        raise TookTooLong(NO_NAME_YET.of(host=host)) from error
    except (OSError, UnicodeError) as error:
        raise NotResolved(NO_NAME.of(host=host)) from error
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not is_allowed(address):
            raise NotAllowed(INNER.of(host=host, address=address))
    return addresses[0]


def is_allowed(address: str) -> bool:
    """Whether outgoing requests may reach this address: a public one, or one of the
    networks in `PARLEY_WEBHOOK_ALLOW_NETWORKS`."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    meant = _meant(parsed)
    networks = settings.WEBHOOK_ALLOW_NETWORKS
    if any(each in network for each in (parsed, meant) for network in networks):
        return True
    return all(each.is_global and not each.is_multicast for each in (parsed, meant))


def _meant(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for, or itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address.teredo:
        inner = address.teredo[1]
    if inner is None and address in NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address


# --- asking ---------------------------------------------------------------------------
def _connection(
    parts: Parts, address: str, ends_at: float, handles: list[socket.socket]
) -> HTTPConnection:
    """Return a connection to this very address; the name is not looked up again. Its
    socket is in `handles` once there is one, whatever is put around it later."""
    seconds = _left(ends_at)
    if parts.scheme == "http":
        connection = HTTPConnection(parts.host, parts.port, timeout=seconds)
    else:
        context = ssl.create_default_context()
        connection = HTTPSConnection(
            parts.host, parts.port, timeout=seconds, context=context
        )

    def connect(asked: tuple[str, int], timeout: float, source: Any) -> socket.socket:
        made = socket.create_connection((address, asked[1]), timeout, source)
        handles.append(made.dup())
        return made

    vars(connection)["_create_connection"] = connect
    return connection


def _ask(
    connection: HTTPConnection,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    largest: int,
) -> Answer:
    asked = {**headers, "Accept-Encoding": "identity", "Connection": "close"}
    connection.request("POST", path, body, asked)
    response = connection.getresponse()
    told = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, told, _read(response, largest))


def _read(response: HTTPResponse, largest: int) -> bytes:
    body = bytearray()
    while chunk := response.read1(CHUNK):
        body += chunk
        if len(body) > largest:
            raise TooLong(TOO_LONG.of(largest=largest))
    if response.length:
        raise ConnectionError(gettext_noop("The connection broke off."))
    return bytes(body)


def _reason(error: Exception) -> str:
    """Return what went wrong. Of the protocol's own errors nothing is told: they quote
    the headers, with secrets that were sent, or what the server said."""
    return (
        str(error)
        if isinstance(error, OSError)
        else gettext_noop("It does not speak HTTP.")
    )


def _hang_up(handles: list[socket.socket]) -> None:
    """End the connection from beside: whoever reads from it is told at once."""
    for handle in handles:
        with suppress(OSError):  # over already
            handle.shutdown(socket.SHUT_RDWR)


def _left(ends_at: float) -> float:
    return max(ends_at - monotonic(), 0.001)


def _sentence(seconds: float) -> str:
    return TOO_SLOW.of(seconds=f"{seconds:g}")
