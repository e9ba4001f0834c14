"""The processes that make up a running Parley, and how to tell that all is well."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING

from django.conf import settings

from config import private_redis
from config.queue_names import MAILS, SCANS, TIMERS, WORK
from config.startup import CannotStart
from config.supervisor import Child, Supervisor, die_with_parent, ending

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable
    from pathlib import Path

LARGEST_FRAME = 1024 * 1024  # bytes of a websocket message, inflated
PATIENCE = 120  # seconds within which everything must be healthy
REDIS_PATIENCE = 15  # seconds
BETWEEN_LOOKS = 0.1  # seconds
LONGEST_ANSWER = 64 * 1024  # bytes, which a pipe holds
MAILS_AT_ONCE = 2
UNPREPARED = "Parley cannot be prepared; what is wrong stands above."


def web(listener: socket.socket, number: int = 1) -> Child:
    """Return an ASGI server, one of several perhaps, on a socket that outlives it: who
    comes while it is started again waits, or is served by another one."""
    return Child(
        name="web" if number == 1 else f"web-{number}",
        command=[
            *_python("uvicorn", "config.asgi:application"),
            *("--fd", str(listener.fileno())),
            *("--loop", "uvloop"),
            *("--http", "core.wire:Requests", "--ws", "core.wire:Sockets"),
            *("--ws-max-size", str(LARGEST_FRAME)),
            *("--timeout-graceful-shutdown", "5"),
            # At "info" each socket would leave its visitor's address in the log.
            *("--no-server-header", "--no-access-log", "--log-level", "warning"),
            # Whom to trust the application knows better (`core.proxies`).
            "--no-proxy-headers",
        ],
        env=_environment(listener),
        pass_fds=[listener.fileno()],
    )


def timers(listener: socket.socket) -> Child:
    """Return the Celery worker that runs the sweep, and nothing else; beat, which sends
    the timers' tasks, is a thread of it."""
    child = _worker("timers", TIMERS, listener)
    return replace(child, command=[*child.command, "--clock"], trusts_the_clock=True)


def worker(listener: socket.socket) -> Child:
    """Return the Celery worker for all other tasks, which may take long. Checks of
    files, each in a process of its own, and mails, which may wait for their server,
    have threads of their own in it."""
    child = _worker("worker", WORK, listener, at_once=settings.WORK_AT_ONCE)
    beside = ["--beside", f"{SCANS}={settings.SCANS_AT_ONCE}"]
    if settings.EMAIL_URL and settings.EMAIL_FROM:
        beside += ["--beside", f"{MAILS}={MAILS_AT_ONCE}"]
    return replace(child, command=[*child.command, *beside])


def _worker(
    name: str, queue: str, listener: socket.socket, *, at_once: int = 2
) -> Child:
    """Return a Celery worker for this queue alone.

    Threads, not forks: the jobs wait for the database, not for a processor, one
    process costs half the memory, and no grandchildren can be left behind.
    """
    return Child(
        name=name,
        command=[
            *_python("celery", "--app", "config.celery", "worker"),
            *("--queues", queue, "--hostname", f"{name}@%h"),
            *("--pool", "threads", "--concurrency", str(at_once)),
            *("--loglevel", "WARNING"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        env=_environment(listener),
    )


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _environment(listener: socket.socket) -> dict[str, str]:
    """Return what the children must agree on, whatever their working directory."""
    return {
        "HOST": settings.HOST,
        "PORT": str(listener.getsockname()[1]),
        "PARLEY_DATA": str(settings.DATA),
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        # The test suite runs the checks; here they would only delay the start.
        "CELERY_SKIP_CHECKS": "1",
    }


async def prepare(listener: socket.socket, *, check: bool) -> str:
    """Have a child make database and static files ready; return the words of welcome.

    `check` whether an SQLite database is whole. Raise CannotStart.
    """
    reader, writer = os.pipe()
    try:
        options = ["--address", _origin(listener), "--answer", str(writer)]
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, str(settings.BASE_DIR / "manage.py"), "prepare"),
            *(*options, *(["--check"] if check else [])),
            env=os.environ | _environment(listener),
            stdin=asyncio.subprocess.DEVNULL,
            pass_fds=[writer],
            process_group=0,
            preexec_fn=die_with_parent,
        )
        os.close(writer)
        await ending(child)
        answer = _answer(os.read(reader, LONGEST_ANSWER))
    finally:
        os.close(reader)
    if "refusal" in answer:
        raise CannotStart(answer["refusal"])
    return answer["welcome"]


def _answer(said: bytes) -> dict[str, str]:
    found: dict[str, str] = json.loads(said) if said else {"refusal": UNPREPARED}
    return found


def _origin(listener: socket.socket) -> str:
    host, port = reachable(listener)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def start_redis(supervisor: Supervisor) -> None:
    """Start a private Redis and wait until it answers."""
    path = private_redis.socket_in(settings.DATA)
    try:
        private_redis.make_folder_of(path)
        await supervisor.start(Child(name="redis", command=private_redis.command(path)))
        async with asyncio.timeout(REDIS_PATIENCE):
            await _until(lambda: _redis_answers(path))
    except OSError as error:
        raise CannotStart(
            f"The private Redis does not start; see {supervisor.logs / 'redis.log'}. "
            f"({type(error).__name__}: {error})"
        ) from error


async def _redis_answers(path: Path) -> bool:
    try:
        reader, writer = await asyncio.open_unix_connection(path)
    except OSError:
        return False
    writer.write(b"PING\r\n")
    answer = await reader.readline()
    writer.close()
    return answer.startswith(b"+PONG")


async def until_healthy(address: tuple[str, int]) -> None:
    """Wait until every health check is green. Raise CannotStart if that takes long."""
    failing: dict[str, str] = {}

    async def healthy() -> bool:
        nonlocal failing
        failing = await asyncio.to_thread(_failing, address)
        return not failing

    try:
        async with asyncio.timeout(PATIENCE):
            await _until(healthy)
    except TimeoutError as error:
        words = " ".join(f"{name}: {text}" for name, text in failing.items())
        raise CannotStart(
            f"Parley is not healthy after {PATIENCE} s ({words}); "
            f"see the logs in {settings.DATA / 'logs'}."
        ) from error


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    while True:
        if await condition():
            return
        await asyncio.sleep(BETWEEN_LOOKS)


def _failing(address: tuple[str, int]) -> dict[str, str]:
    """Return the checks that are not "ok", with what they say."""
    host, port = address
    connection = HTTPConnection(host, port, timeout=3)
    try:
        connection.request(
            "GET", "/healthz/ready", headers={"Host": allowed_name(host)}
        )
        checks = json.load(connection.getresponse())["checks"]
    except (OSError, HTTPException, ValueError, KeyError) as error:
        return {"web": f"{type(error).__name__}."}
    finally:
        connection.close()
    return {name: text for name, text in checks.items() if text != "ok"}


def reachable(listener: socket.socket) -> tuple[str, int]:
    """Return the host and port at which this machine reaches the listener."""
    host, port = listener.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104


def allowed_name(host: str) -> str:
    """Return a Host header that the settings allow."""
    bare = f"[{host}]" if ":" in host else host
    allowed: list[str] = settings.ALLOWED_HOSTS
    if not allowed or bare in allowed or "*" in allowed:
        return bare
    return allowed[0].lstrip(".")
