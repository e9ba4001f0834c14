"""Outgoing requests: where they may go, and what they survive."""

from __future__ import annotations

import ipaddress
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from core import fetching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


@pytest.fixture
def loopback(settings: Any) -> None:
    """The operator lets requests reach this machine."""
    settings.WEBHOOK_ALLOW_NETWORKS = [LOOPBACK]


@contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection with `talk`; return the address to ask."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # nobody came
            with connection:
                try:
                    talk(connection)
                except OSError:
                    return  # who asked has hung up

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook?a=1"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def saying(answer: bytes, heard: list[bytes] | None = None) -> Any:
    def talk(connection: socket.socket) -> None:
        request = connection.recv(65536)
        while not request.endswith(b"{}"):
            request += connection.recv(65536)
        if heard is not None:
            heard.append(request)
        connection.sendall(answer)

    return talk


def ask(url: str, *, seconds: float = 10) -> fetching.Answer:
    return fetching.post(
        url, b"{}", headers={"Content-Type": "application/json"}, seconds=seconds
    )


def test_an_answer_comes_whole(loopback: None) -> None:
    heard: list[bytes] = []

    with server(saying(OK, heard)) as url:
        answer = ask(url)

    assert (answer.status, answer.body) == (200, b"hi")
    head = heard[0].split(b"\r\n")
    assert head[0] == b"POST /hook?a=1 HTTP/1.1"
    assert any(line.lower().startswith(b"host: 127.0.0.1:") for line in head)


def test_a_redirect_is_not_followed(loopback: None) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"

    with server(saying(moved)) as url:
        answer = ask(url)

    assert (answer.status, answer.headers["location"]) == (302, "/")


def test_a_large_answer_is_refused(loopback: None) -> None:
    large = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (fetching.LARGEST + 1)

    with server(saying(large)) as url, pytest.raises(fetching.TooLong):
        ask(url)


@pytest.mark.parametrize(
    "drop",
    [
        pytest.param(b"", id="silence"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: ", id="head"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", id="body without a length"),
    ],
)
def test_a_slow_drip_is_cut_off(loopback: None, drop: bytes) -> None:
    over = threading.Event()

    def talk(connection: socket.socket) -> None:
        connection.sendall(drop)
        while not over.wait(0.02):
            connection.sendall(b"x" if drop else b"")
            if not drop and not connection.recv(1):
                return

    with server(talk) as url:
        with pytest.raises(fetching.TookTooLong):
            ask(url, seconds=0.3)
        over.set()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
    ],
)
def test_what_is_no_answer_is_none(loopback: None, answer: bytes) -> None:
    with server(saying(answer)) as url, pytest.raises(fetching.NotReached):
        ask(url)


def test_nobody_there(loopback: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(fetching.NotReached):
        ask(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://example.com/", "http://", "http:///x", "example.com", "http://[1"),
        *("http://a:b@example.com/", "http://example.com:99999/", "http://x/\r\nA: b"),
        "https://example.com/\u00e4",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(fetching.NotReached):
        ask(url)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]"),
        *("10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0.0.0.0"),  # noqa: S104
        *("[fe80::1]", "[fd00::1]", "224.0.0.1", "[ff02::1]", "255.255.255.255"),
    ],
)
def test_inner_addresses_are_refused(host: str) -> None:
    with pytest.raises(fetching.NotAllowed):
        ask(f"http://{host}:9/")


def test_an_unknown_name_is_another_error_than_a_refused_one() -> None:
    with pytest.raises(fetching.NotResolved):
        ask("http://nowhere.invalid/")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert fetching.is_allowed(address)


def test_an_operator_allows_one_network_and_no_more(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_NETWORKS = [ipaddress.ip_network("10.1.0.0/16")]

    assert fetching.is_allowed("10.1.2.3")
    assert fetching.is_allowed("::ffff:10.1.2.3")
    assert not fetching.is_allowed("10.2.0.1")
    assert not fetching.is_allowed("127.0.0.1")


def test_a_name_with_one_inner_address_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The machine's resolver is not ours: it answers what an attacker wants."""
    both = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))
        for address in ("93.184.216.34", "127.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)

    with pytest.raises(fetching.NotAllowed):
        ask("http://rebinding.example/")


def test_the_checked_address_is_the_one_that_is_asked(
    loopback: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, *args: Any, **kwargs: Any) -> Any:
        names.append(host)
        return real("127.0.0.1" if host == "bot.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    heard: list[bytes] = []

    with server(saying(OK, heard)) as url:
        ask(url.replace("127.0.0.1", "bot.example"))

    assert names.count("bot.example") == 1
    assert b"Host: bot.example:" in heard[0]
