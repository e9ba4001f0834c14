"""What every socket of Parley does alike: frames in, frames out, limits."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
import uuid
from typing import TYPE_CHECKING, Any, ClassVar, cast
from urllib.parse import parse_qs

import orjson
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http import Http404
from django.http.request import split_domain_port, validate_host
from django.utils import translation
from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError

from core import languages, outages
from core.closing import CloseCode
from core.crowd import crowd
from core.errors import DomainError, NotFound, ServerError, TooMany
from core.hub import hub
from core.outgoing import Finish, Outgoing
from core.problems import invalid
from core.realtime import encode
from core.wire import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

MAX_FRAME = 64 * 1024  # bytes
MAX_UNDER_WAY = 50  # frames of one socket that are served at once
FRAMES_PER_MINUTE = 600
FRAMES_UNTIL_CLOSED = 1200
BAD_FRAMES_UNTIL_CLOSED = 60
SILENCE_SECONDS = 60
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class PersonConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """A socket of one person; a subclass says who, and what each frame does.

    `frames` maps a frame's type to the method that serves it, one after the other. Only
    those that `overlap` do not wait for each other's end: their methods begin something
    that `goes_on`.
    """

    channel_layer_alias = ""
    frames: ClassVar[dict[str, str]] = {}
    overlap: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self.socket_id = uuid.uuid4().hex
        self.address = ""
        self._besides: list[str] = []
        self._out = Outgoing()
        self._under_way: set[asyncio.Future[Any]] = set()
        self._heard_at = time.monotonic()
        self._minute = (0.0, 0, 0)
        self._place = contextlib.ExitStack()
        self.at_end = self._place.callback

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        """Serve one connection without a channel layer: the hub stands for it."""
        self.scope = scope
        self.channel_layer = None
        self.base_send = send
        self._write_at_once = scope.get("extensions", {}).get(AT_ONCE, _cannot)
        translation.activate(language_of(scope))
        try:
            while True:
                await self.dispatch(await receive())
        except _Gone:
            pass
        except Exception as error:
            if outages.refusal_for(error) is None:
                logger.exception("A socket could not be served")
            with contextlib.suppress(OSError):  # the other end is gone
                await self.close(code=int(CloseCode.BROKEN))
        finally:
            self._place.close()
            await self._disconnect()

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Not Channels' own, which crosses to the database thread at every event.
        match message["type"]:
            case "websocket.connect":
                await self._connect()
            case "websocket.receive":
                await self._receive(message.get("text"))
            case "websocket.disconnect":
                raise _Gone

    # --- the subclass's part --------------------------------------------------
    async def opened(self) -> None:
        """Serve the first moment of a connection; may `refuse`."""

    async def closed(self) -> None:
        """Serve the end of a connection that had joined."""

    # --- for the subclass -----------------------------------------------------
    async def join(self, address: str) -> None:
        """Hear what is published to this person; it waits for `greet`."""
        self.address = address
        self._out.hold()
        await hub().join(address, self)

    async def join_also(self, address: str) -> None:
        """Hear what is published to this address, too."""
        self._besides.append(address)
        await hub().join(address, self)

    def greet(self, text: str) -> None:
        """Send the first frame, made after joining; then what came meanwhile."""
        self._out.begin(text)

    def answer(self, kind: str, **payload: Any) -> None:
        self.push(encode({"type": kind, **payload}))

    def refuse(self, error: DomainError, client_id: str | None = None) -> None:
        """Answer with an `error` frame; the connection stays."""
        self.error(
            error.code,
            error.detail,
            errors=error.errors,
            client_id=client_id,
            retry_after=error.retry_after,
        )

    def error(self, code: str, detail: str, **more: Any) -> None:
        extra = {name: value for name, value in more.items() if value is not None}
        self.answer("error", code=code, detail=detail, **extra)

    def push(self, text: str) -> None:
        """Send a frame, in order, without waiting."""
        if not (self._out.is_clear and self._write_at_once(text)):
            self._out.put(text)

    def finish(self, code: int) -> None:
        self._out.finish(code)

    # --- frames out -----------------------------------------------------------
    async def _write(self) -> None:
        try:
            while not isinstance(item := await self._out.take(), Finish):
                # Not through Channels' layers: this runs for every frame.
                await self.base_send({"type": "websocket.send", "text": item})
            await self.close(code=int(item))
        except OSError:
            # The other end is gone: whoever waits for it to read need not.
            self._out.give_up(CloseCode.BROKEN)

    def _watch(self) -> None:
        """Close a socket that has been silent for too long."""
        rest = self._heard_at + SILENCE_SECONDS - time.monotonic()
        if rest <= 0:
            self.finish(CloseCode.SILENT)
        else:
            self._next_look = asyncio.get_running_loop().call_later(rest, self._watch)

    def _stop_watching(self) -> None:
        self._next_look.cancel()

    # --- frames in ------------------------------------------------------------
    async def _connect(self) -> None:
        await self.accept()
        # Not kept here: when it is cancelled it keeps us, and only the collector of
        # garbage would free both.
        self.at_end(asyncio.create_task(self._write()).cancel)
        self._watch()
        self.at_end(self._stop_watching)
        if not has_own_origin(self.scope):
            self.finish(CloseCode.WRONG_ORIGIN)
            return
        if not self._place.enter_context(crowd().enter(self.scope)):
            self.finish(CloseCode.FLOOD)
            return
        await self.opened()

    async def _disconnect(self) -> None:
        self._out.give_up(CloseCode.BROKEN)  # nobody hears what comes now
        for address in self._besides:
            await hub().leave(address, self)
        if self.address:
            await hub().leave(self.address, self)
            await self.closed()

    async def _receive(self, text: str | None) -> None:
        self._heard_at = time.monotonic()
        # A client that does not read its answers is not served further frames.
        await self._out.room()
        if self._out.is_finished:
            return
        frame = _parse(text)
        if not self._within_limits(frame):
            return
        name = self.frames.get(str(frame.get("type"))) if frame else None
        if frame is None or name is None:
            self._count_bad()
            detail = gettext(
                "This frame was not understood: not a JSON object of a known type."
            )
            self.error("bad_frame", detail)
            return
        if name in self.overlap:
            if len(self._under_way) >= MAX_UNDER_WAY:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            self._begin(name, frame)
            return
        while self._under_way:
            await asyncio.wait(self._under_way)
        await self._serve(name, frame)

    def _begin(self, name: str, frame: dict[str, Any]) -> None:
        """Begin to serve a frame beside the next ones."""
        try:
            getattr(self, name)(frame)
        except Exception as error:  # noqa: BLE001 - it is answered, and logged
            self.fail(error, _client_id(frame))

    async def _serve(self, name: str, frame: dict[str, Any]) -> None:
        try:
            await getattr(self, name)(frame)
        except Exception as error:  # noqa: BLE001 - it is answered, and logged
            self.fail(error, _client_id(frame))
        if self._out.is_held:
            # It had joined and was not greeted: nothing else would ever go out.
            self._out.give_up(CloseCode.BROKEN)

    def goes_on(
        self, work: asyncio.Future[Any], then: Callable[[], object] | None = None
    ) -> None:
        """Count this among what is under way, and do `then` when it is over. It goes on
        when the socket is gone: what was said in time is stored."""

        def is_over(_: asyncio.Future[Any]) -> None:
            self._under_way.discard(work)
            if then is not None:
                then()

        self._under_way.add(work)
        work.add_done_callback(is_over)

    def fail(self, error: Exception, client_id: str | None) -> None:
        """Answer a frame that could not be served."""
        match error:
            case DomainError():
                self.refuse(error, client_id)
            case Http404():
                detail = gettext(
                    "There is no such conversation, or it is not yours to see."
                )
                self.error(NotFound.code, detail, client_id=client_id)
            case ValidationError():
                self.refuse(invalid(error), client_id)
            case _:
                outage = outages.refusal_for(error)
                if outage is None:
                    logger.error("A frame could not be served", exc_info=error)
                self.refuse(outage or ServerError(), client_id)

    def _within_limits(self, frame: dict[str, Any] | None) -> bool:
        """Count a frame; over the limit answer an error, or close."""
        started, count, bad = self._minute
        if self._heard_at - started >= 60:  # noqa: PLR2004 - a minute
            started, count, bad = self._heard_at, 0, 0
        self._minute = (started, count + 1, bad)
        if count < FRAMES_PER_MINUTE:
            return True
        if count >= FRAMES_UNTIL_CLOSED:
            self.finish(CloseCode.FLOOD)
        else:
            wait = max(1, round(started + 60 - self._heard_at))
            detail = gettext("Too many frames. Please wait a moment.")
            self.error(
                TooMany.code,
                detail,
                retry_after=wait,
                client_id=_client_id(frame or {}),
            )
        return False

    def _count_bad(self) -> None:
        started, count, bad = self._minute
        self._minute = (started, count, bad + 1)
        if bad + 1 >= BAD_FRAMES_UNTIL_CLOSED:
            self.finish(CloseCode.FLOOD)


class UnknownConsumer(PersonConsumer):
    """A socket at an address where there is nothing."""

    async def opened(self) -> None:
        self.finish(CloseCode.UNKNOWN)


class _Gone(Exception):
    """The connection is over."""


def _cannot(text: str) -> bool:
    """Stand for a connection of another server, which writes nothing at once."""
    return False


def _parse(text: str | None) -> dict[str, Any] | None:
    if text is None or len(text.encode()) >= MAX_FRAME:
        return None
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError:
        frame = _parse_with_patience(text)
    return frame if isinstance(frame, dict) else None


def _parse_with_patience(text: str) -> Any:
    """Return what orjson does not read: halves of characters, which a refusal names."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _client_id(frame: dict[str, Any]) -> str | None:
    client_id = frame.get("client_id")
    return client_id if isinstance(client_id, str) else None


def header(scope: dict[str, Any], name: bytes) -> str:
    values = cast("list[tuple[bytes, bytes]]", scope["headers"])
    return next((v.decode("latin-1") for k, v in values if k == name), "")


def language_of(scope: dict[str, Any]) -> str:
    """Return the language of the page that connects: its address says it, where the
    page knows better than its browser."""
    named = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("language")
    asked = named[0] if named else header(scope, b"accept-language")
    return languages.spoken(asked)


def has_own_origin(scope: dict[str, Any]) -> bool:
    """Whether the page that connects is our own (or no page at all).

    Scheme, host and port must be those the browser asked us by, and the host a name of
    ours: whoever owns a domain can let its name lead to our address.
    """
    origin = header(scope, b"origin")
    if not origin:
        return True
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    host = header(scope, b"host").lower()
    # A default port that is spelled out is the same as none.
    port = DEFAULT_PORTS[scheme]
    own = f"{scheme}://{host}".removesuffix(port)
    if origin.lower().removesuffix(port) != own:
        return False
    name, _ = split_domain_port(host)
    return bool(name) and validate_host(name, settings.ALLOWED_HOSTS)
