"""The one door to people's open sockets.

An event goes to addresses of people (`agent.7`, `customer.<contact>`), never to
rooms. It leaves after the commit and is a hint only: the database is the truth, and
whoever missed an event learns it from `sync` or the next state frame.

An event is two lines: the addresses (and the socket to leave out), then the frame.
The sockets of this process get the events of a change at once, those of each other
process as one Redis message (`core/nearby.py`).
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import local
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import orjson
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from redis import RedisError

from core import nearby
from core.sweeping import is_database_away

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from core.closing import CloseCode

logger = logging.getLogger(__name__)

Key = TypeVar("Key")

CLOSE = "!close"  # in place of a frame: close the sockets with this code

# The kinds of work that a process does which tells nobody anything; None: it tells.
_kept: frozenset[str] | None = None


def hush(*, but: Iterable[str]) -> None:
    """Let this process tell nobody anything from now on: nobody is in a day that is
    replayed. Work of these kinds is done after commits all the same."""
    global _kept  # noqa: PLW0603 - it is the process that is silent
    _kept = frozenset(but)


class Encoded(str):
    """A value that is JSON already, made once for many frames."""

    __slots__ = ()


_json = DjangoJSONEncoder(separators=(",", ":"))
# What stands for values of their subclasses, which orjson leaves to us.
PLAIN_KINDS: tuple[Any, ...] = (str, dict, list, int, tuple)
_AS_THEY_ARE = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS


def encode(frame: Mapping[str, Any]) -> Encoded:
    """Return the frame as JSON; knows UUIDs, times and decimals, and what is Encoded
    at its top."""
    try:
        text = orjson.dumps(frame, _known, _AS_THEY_ARE)
    except orjson.JSONEncodeError:
        # Halves of characters, numbers that no browser counts with.
        return _encode_with_patience(frame)
    return Encoded(text.decode())


def _known(value: Any) -> Any:
    """Return what stands for a value that orjson does not know."""
    if type(value) is Encoded:
        return orjson.Fragment(str(value))
    for kind in PLAIN_KINDS:
        if isinstance(value, kind):
            return kind(value)
    return _json.default(value)


def _encode_with_patience(frame: Mapping[str, Any]) -> Encoded:
    parts = (
        f"{_json.encode(name)}:"
        f"{value if isinstance(value, Encoded) else _json.encode(value)}"
        for name, value in frame.items()
    )
    return Encoded(f"{{{','.join(parts)}}}")


def publish(
    kind: str, payload: dict[str, Any], *, to: Iterable[str], skip: str = ""
) -> None:
    """Send a frame to all open sockets of these people, after the commit.

    `skip` is the id of a socket that gets its answer in another way.
    """
    publish_each([Event(kind, payload, to, skip)])


class Event(NamedTuple):
    """A frame for the sockets of these people but one."""

    kind: str
    payload: dict[str, Any]
    to: Iterable[str]
    skip: str = ""

    @property
    def text(self) -> Encoded:
        return encode({"type": self.kind, **self.payload})


def publish_each(events: Iterable[Event]) -> None:
    """Send frames in this order, as `publish` does."""
    if _kept is not None:
        return
    named = [(" ".join(event.to), event) for event in events]
    _after_commit(
        events=[f"{to}|{event.skip}\n{event.text}" for to, event in named if to]
    )


def close(*, to: Iterable[str], code: CloseCode) -> None:
    """Close all open sockets of these people with this code, after the commit.

    Frames published before still arrive.
    """
    _event_after_commit(f"{CLOSE} {code:d}", to, "")


def after_commit(kind: str, key: Key, tell: Callable[[set[Key]], object]) -> None:
    """Call `tell` once after the commit with all keys of this kind.

    So a change is told once, as it is then, however many steps it took. Where that
    fails it is told key by key: one that cannot be told silences no other.
    """
    if _kept is not None and kind not in _kept:
        return
    for _, waiting, _ in transaction.get_connection().run_on_commit:
        if getattr(waiting, "kind", None) == kind:
            waiting.keys.add(key)
            return
    keys = {key}

    def once() -> None:
        try:
            tell(keys)
        except Exception as error:
            if len(keys) == 1 or is_database_away(error):
                raise
            _tell_each(kind, keys, tell)

    vars(once).update(kind=kind, keys=keys)
    transaction.on_commit(once, robust=True)


def _tell_each(kind: str, keys: set[Key], tell: Callable[[set[Key]], object]) -> None:
    for key in keys:
        try:
            tell({key})
        except Exception:
            logger.exception("The %s of %s cannot be told", kind, key)


def note(name: str, *items: str) -> None:
    """Note work for the sweep in a set, after the commit; see `redis.recall`."""
    _after_commit(notes=[(name, item) for item in items])


@dataclass
class Letters:
    """What one change tells: its events as one message, and notes for the sweep."""

    events: list[str] = field(default_factory=list)
    notes: set[tuple[str, str]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.events or self.notes)

    def add(self, events: Iterable[str], notes: Iterable[tuple[str, str]]) -> None:
        self.events.extend(events)
        self.notes.update(notes)

    def leave(self) -> None:
        """Tell the sockets of this process, and the others if it is not for later."""
        if self.events:
            nearby.tell("\n".join(self.events))
        kept: Letters | None = getattr(_here, "letters", None)
        if kept is None:
            self.send()
        else:
            kept.add(self.events, self.notes)

    def send(self) -> None:
        """Tell the other processes."""
        with _sending():
            nearby.tell_others("\n".join(self.events), self.notes)

    async def send_unthreaded(self) -> None:
        """Do as `send` does, in an event loop."""
        with _sending():
            await nearby.tell_others_unthreaded("\n".join(self.events), self.notes)


@contextmanager
def _sending() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        # What was stored stays stored: who is served by another process gets it by
        # `sync`.
        logger.warning("An event was not sent, Redis is away: %s", error)
    except Exception:
        logger.exception("An event was not sent")


_here = local()


@contextmanager
def letters_kept() -> Iterator[Letters]:
    """Tell only the sockets of this process at once; give what is left for the others,
    which the caller sends."""
    _here.letters = letters = Letters()
    try:
        yield letters
    finally:
        _here.letters = None


@contextmanager
def told_in_one() -> Iterator[Letters]:
    """Take what is told in here as one change, which is committed already; give what is
    left for other processes, which the caller sends."""
    _here.change = letters = Letters()
    try:
        yield letters
    finally:
        _here.change = None
    if letters.events:
        nearby.tell("\n".join(letters.events))


def _event_after_commit(text: str, to: Iterable[str], skip: str) -> None:
    addresses = " ".join(to)
    if addresses:
        _after_commit(events=[f"{addresses}|{skip}\n{text}"])


def _after_commit(
    *, events: Iterable[str] = (), notes: Iterable[tuple[str, str]] = ()
) -> None:
    if _kept is not None:
        return
    waiting: Letters | None = getattr(_here, "change", None)
    if waiting is None:
        waiting = _about_to_leave()
    outgoing = Letters() if waiting is None else waiting
    outgoing.add(events, notes)
    if waiting is None and outgoing:

        def send() -> None:
            outgoing.leave()

        vars(send).update(outgoing=outgoing)
        transaction.on_commit(send, robust=True)


def _about_to_leave() -> Letters | None:
    """Return what leaves right before the next event, of the same savepoint."""
    connection = transaction.get_connection()
    if not connection.run_on_commit:
        return None
    savepoints, last, _ = connection.run_on_commit[-1]
    if savepoints != set(connection.savepoint_ids):
        return None
    return getattr(last, "outgoing", None)
