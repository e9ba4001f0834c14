"""Bodies of requests have an end, in size and in time, before anybody stores them.

Django keeps a body on disk before a view may refuse it, however large it is.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import addresses
from core.errors import DomainError, TooLarge, TooMany, Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    Receive = Callable[[], Awaitable[Any]]
    Application = Callable[[dict[str, Any], Receive, Any], Awaitable[None]]
    Message = dict[str, Any]

MEBIBYTE = 1024 * 1024
LARGEST = 4 * MEBIBYTE  # bytes
LARGEST_UPLOAD = 48 * MEBIBYTE  # bytes: all files of a reply, and what is around them
UPLOADS = re.compile(  # the addresses that take files
    r"/api/v1/(?:chat/)?contacts/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/attachments/"
)
READ_ON = 64 * MEBIBYTE  # bytes beyond that, so that the sender reads our answer
LONGEST_PAUSE = 20  # seconds between two pieces
LONGEST = 300  # seconds for all of them
AT_FIRST = 20  # seconds in which a body may be slow
SLOWEST = 32 * 1024  # bytes a second, after that
MOST_UPLOADS = 24  # at once, of this process
MOST_OF_ONE = 8  # of one network address
RETRY_AFTER = 5  # seconds
EMPTY: dict[str, Any] = {"type": "http.request", "body": b"", "more_body": False}
REFUSAL = "parley.body"  # where the scope says why


class TooSlow(DomainError):
    code = "too_slow"
    status = 408
    sentence = _("What was sent took too long to come. Please try again.")


class BoundedBodies:
    """Gives the application no body that is too large or too slow: an empty one
    instead, and the refusal in the scope (`core.middleware` answers it)."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(
        self, scope: dict[str, Any], receive: Receive, send: Any
    ) -> None:
        is_upload = _is_upload(scope)
        body = _Body(scope, receive, LARGEST_UPLOAD if is_upload else LARGEST)
        if not is_upload:
            await self._application(scope, body.receive, send)
            return
        with uploads().enter(scope) as refusal:
            if refusal is not None:
                await body.refuse(refusal)
            await self._application(scope, body.receive, send)


def _is_upload(scope: dict[str, Any]) -> bool:
    """Whether somebody sends files who says who they are: nobody else gets a place."""
    is_there = scope["method"] == "POST" and UPLOADS.fullmatch(scope["path"])
    return bool(is_there) and any(map(_is_secret, scope["headers"]))


def _is_secret(header: tuple[bytes, bytes]) -> bool:
    name, value = header
    if name == b"authorization":
        return value[:7].lower() == b"bearer "
    session = f"{settings.SESSION_COOKIE_NAME}=".encode()
    return name == b"cookie" and session in value


class Uploads:
    """Counts the uploads under way, for one event loop: each may take disk, and waits
    for its check."""

    def __init__(self) -> None:
        self._from: Counter[str] = Counter()

    @contextmanager
    def enter(self, scope: dict[str, Any]) -> Iterator[DomainError | None]:
        """Count an upload as long as it takes; say why there is no room for it.

        This machine has no limit of its own: what is on it may stand for many.
        """
        address = addresses.of_scope(scope)
        origin = addresses.network_of(address)
        self._from[origin] += 1
        try:
            if self._from.total() > MOST_UPLOADS:
                yield Unavailable(retry_after=RETRY_AFTER)
            elif self._from[origin] > MOST_OF_ONE and not addresses.is_loopback(
                address
            ):
                yield TooMany(retry_after=RETRY_AFTER)
            else:
                yield None
        finally:
            self._from[origin] -= 1
            if not self._from[origin]:
                del self._from[origin]


_uploads: WeakKeyDictionary[asyncio.AbstractEventLoop, Uploads] = WeakKeyDictionary()


def uploads() -> Uploads:
    """Return the uploads of the running event loop."""
    return _uploads.setdefault(asyncio.get_running_loop(), Uploads())


class _Body:
    """The body of one request on its way in."""

    def __init__(self, scope: dict[str, Any], receive: Receive, limit: int) -> None:
        self._scope = scope
        self._receive = receive
        self._limit = limit
        self._size = 0
        self._is_complete = False
        self._is_refused = False
        self._is_empty = False  # refused, and the application was not told yet
        self._began = time.monotonic()

    async def receive(self) -> Message:
        """Return the next piece, or an empty last one with the refusal noted."""
        if self._is_empty:
            self._is_empty = False
            return EMPTY
        if self._is_refused:
            return await self._end()
        if self._is_complete:
            last: Message = await self._receive()
            return last
        message = await self._next()
        if message is None:
            return self._refuse(TooSlow())
        if self._size > self._limit:
            await self._read_on(message)
            return self._refuse(TooLarge())
        self._is_complete = not message.get("more_body", False)
        if self._is_complete:
            self._say_how_long()
        return message

    async def refuse(self, refusal: DomainError) -> None:
        """Take the body, keep nothing of it, and note why."""
        self._limit = 0
        message = await self._next()
        await self._read_on(message)
        self._refuse(refusal)
        self._is_empty = True

    def _say_how_long(self) -> None:
        """Give a body that came in chunks the length that REST framework goes by."""
        headers = self._scope["headers"]
        if all(name != b"content-length" for name, _ in headers):
            length = str(self._size).encode()
            self._scope["headers"] = [*headers, (b"content-length", length)]

    async def _next(self) -> Message | None:
        """Return the next piece; None where it does not come in time."""
        enough = min(LONGEST, AT_FIRST + self._size / SLOWEST)
        pause = min(LONGEST_PAUSE, self._began + enough - time.monotonic())
        try:
            async with asyncio.timeout(pause):
                message: Message = await self._receive()
        except TimeoutError:
            return None
        self._size += len(message.get("body", b""))
        return message

    async def _read_on(self, message: Message | None) -> None:
        """Let a sender finish who is not much too large; keep nothing of it."""
        enough = self._limit + READ_ON
        while message and message.get("more_body") and self._size < enough:
            message = await self._next()

    async def _end(self) -> Message:
        """Return the end of the connection; what comes before it is dropped."""
        while True:
            message: Message = await self._receive()
            if message["type"] == "http.disconnect":
                return message

    def _refuse(self, refusal: DomainError) -> Message:
        self._is_refused = True
        self._scope[REFUSAL] = refusal
        return EMPTY
