"""Bodies have an end, in size and in time, whoever sends them."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from core import bodies
from core.errors import TooMany
from tests import sockets
from tests.factories import PASSWORD
from tests.steps import API, PROBLEM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.models import Agent

pytestmark = pytest.mark.django_db

TOKEN = f"{API}/auth/token/"
UPLOAD = f"{API}/chat/contacts/00000000-0000-0000-0000-000000000000/attachments/"
BEARER = "Authorization: Bearer nobody"
PIECE = b"x" * 1000


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST", 10_000)
    monkeypatch.setattr(bodies, "READ_ON", 100_000)
    monkeypatch.setattr(bodies, "LARGEST_UPLOAD", 30_000)


def ask(
    path: str,
    pieces: Iterable[bytes],
    *,
    finish: bool = True,
    header: str = "Accept: */*",
) -> Any:
    """Send a body in pieces; return the answer: status, headers, body."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
    head += f"Content-Type: application/json\r\nConnection: close\r\n{header}\r\n\r\n"
    with sockets.running() as server, server.dial() as wire:
        wire.sendall(head.encode())
        for piece in pieces:
            wire.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        if finish:
            wire.sendall(b"0\r\n\r\n")
        answer = b"".join(iter(lambda: wire.recv(65536), b""))
        server.finished(wire.getsockname()[1]).wait(sockets.PATIENCE)
    first, _, rest = answer.partition(b"\r\n")
    headers, _, body = rest.partition(b"\r\n\r\n")
    return int(first.split()[1]), headers.decode().lower(), body


def test_a_body_that_is_too_large_is_refused() -> None:
    status, headers, body = ask(TOKEN, [PIECE] * 11)

    assert status == 413
    assert PROBLEM in headers
    assert json.loads(body)["code"] == "too_large"


def test_a_smaller_one_is_read(alice: Agent) -> None:
    credentials = json.dumps({"email": alice.email, "password": PASSWORD}).encode()

    status, _, body = ask(TOKEN, [b" " * 1000] * 8 + [credentials])

    assert status == 200
    assert json.loads(body)["token"]


def test_who_sends_on_is_not_listened_to_for_ever() -> None:
    status, headers, _ = ask(TOKEN, [PIECE] * 111, finish=False)

    assert status == 413
    assert "connection: close" in headers


def test_a_page_says_it_on_a_page_that_is_guarded_like_all() -> None:
    status, headers, body = ask("/", [PIECE] * 11)

    assert status == 413
    assert "text/html" in headers
    assert "content-security-policy: " in headers
    assert "frame-ancestors 'none'" in headers
    assert "no-store" in headers
    assert b"too large" in body


@pytest.mark.parametrize(
    "header", [BEARER, f"Cookie: a=b; {settings.SESSION_COOKIE_NAME}=c"]
)
def test_uploads_may_be_larger(header: str) -> None:
    # There is no such chat; 413 would come first.
    assert ask(UPLOAD, [PIECE] * 29, header=header)[0] in {401, 404}
    assert ask(UPLOAD, [PIECE] * 31, header=header)[0] == 413


@pytest.mark.parametrize(
    ("path", "header"),
    [
        (UPLOAD, "Cookie: a=b"),
        ("/attachments/", BEARER),
        (UPLOAD.replace("/chat/contacts/", "/chat/"), BEARER),
        (f"{UPLOAD}attachments/", BEARER),
    ],
)
def test_nothing_else_is_an_upload(
    monkeypatch: pytest.MonkeyPatch, path: str, header: str
) -> None:
    monkeypatch.setattr(bodies, "MOST_UPLOADS", 0)

    assert ask(path, [PIECE] * 11, header=header)[0] == 413
    assert ask(path, [PIECE], header=header)[0] in {401, 403, 404}


@pytest.mark.parametrize("pieces", [1, 29])
def test_no_more_uploads_are_taken_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch, pieces: int
) -> None:
    monkeypatch.setattr(bodies, "MOST_UPLOADS", 0)

    status, headers, body = ask(UPLOAD, [PIECE] * pieces, header=BEARER)

    assert status == 503
    assert "retry-after: 5" in headers
    assert json.loads(body)["code"] == "unavailable"
    # Who sends no files does not notice.
    assert ask(TOKEN, [PIECE])[0] == 400


def test_one_address_takes_some_of_the_places_alone() -> None:
    gate = bodies.Uploads()

    def refusal(address: str) -> object:
        scope = {"client": (address, 1), "headers": []}
        return stack.enter_context(gate.enter(scope))

    with ExitStack() as stack:
        first = [refusal("192.0.2.1") for _ in range(bodies.MOST_OF_ONE)]
        one_more, another = refusal("192.0.2.1"), refusal("192.0.2.2")

    assert first == [None] * bodies.MOST_OF_ONE
    assert isinstance(one_more, TooMany)
    assert one_more.retry_after
    assert another is None
    with ExitStack() as stack:
        assert refusal("192.0.2.1") is None  # all of them are over


@pytest.mark.parametrize("limit", ["LONGEST_PAUSE", "LONGEST", "AT_FIRST"])
def test_a_body_that_stops_coming_is_refused(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(bodies, limit, 0.05)

    status, _, body = ask(TOKEN, [PIECE], finish=False)

    assert status == 408
    assert json.loads(body)["code"] == "too_slow"
