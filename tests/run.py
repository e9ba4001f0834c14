"""Runs the suite: `python -m tests.run`, which is what bin/test does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.supervisor import die_with_parent
from tests import machine, services

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import FrameType

WORKERS = min(os.cpu_count() or 1, 4)
PARALLEL = ("-n", str(WORKERS), "--dist", "loadfile", "-p", "tests.workers")
# Each file whole, in the order of the collection: what is in a browser comes last.
IN_ORDER = (*PARALLEL, "--no-loadscope-reorder")
# A machine that is busy with something else may be too slow once for a browser. What
# fails is tried once more, and told with its traceback; many failures are no accident.
ONCE_MORE = ("--reruns", "1", "--max-suite-reruns", "3", "--rerun-show-tracebacks")
IN_PARALLEL = "not browser and not slow and not longest"
IN_SECONDS = f"{IN_PARALLEL} and not thorough"
# The suite is to stay short: it says itself where the time goes.
SLOWEST = ("--durations", "25", "--durations-min", "2")
# To count lines doubles the time, so it is done before a release, not on every push.
COVERAGE = ("--cov", "--cov-append", "--cov-report=", "--cov-fail-under=0")
# The servers are new in every run: what one part has migrated is there for the next.
MIGRATED_ONCE = ("--reuse-db",)
# It takes as long to collect as all others together, and has nothing slow.
NO_SCHEMA = ("--ignore", "tests/test_schema.py")
POSTGRESQL, SQLITE = "postgresql", "sqlite"
# On busy cores somebody may wait longer for a lock than people would.
PATIENT = "?options=-c%20lock_timeout%3D60000"
# What is set for an installation must not change what the tests see.
OF_INSTALLATIONS = (
    *("HOST", "PORT", "DEBUG", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "METRICS_TOKEN"),
    "PARLEY_SOCKETS_PER_ADDRESS",
    *("PARLEY_DEMO", "PARLEY_MESSAGES_PER_MINUTE", "PARLEY_CONTACTS_PER_MINUTE"),
    *("PARLEY_WEBHOOK_ALLOW_NETWORKS", "PARLEY_SECURE_COOKIES"),
    *("PARLEY_SSL_REDIRECT", "PARLEY_HSTS_SECONDS", "PARLEY_HSTS_SUBDOMAINS"),
    *("PARLEY_HSTS_PRELOAD", "PARLEY_REQUIRE_SECOND_FACTOR"),
    "PARLEY_VAPID_KEY",
    *("STUN_URLS", "TURN_URLS", "TURN_SECRET", "PARLEY_SIGNALS_PER_MINUTE"),
    *("PARLEY_LLM_URL", "PARLEY_LLM_KEY", "PARLEY_LLM_MODEL", "PARLEY_WORK_AT_ONCE"),
    *("PARLEY_WEB_PROCESSES", "PARLEY_SCANS_AT_ONCE"),
)
# Tests start hundreds of processes, each of which would compile all of Parley anew.
OF_DEVELOPERS = ("PYTHONDONTWRITEBYTECODE",)
NOT_FOR_TESTS = {*OF_INSTALLATIONS, *OF_DEVELOPERS}
INTERRUPTED = 130


@dataclass(frozen=True, kw_only=True)
class Part:
    """One run of pytest: its name, its database, which tests."""

    name: str
    database: str = POSTGRESQL
    browser: bool = False
    arguments: tuple[str, ...] = ()

    @property
    def measured(self) -> bool:
        return "--cov" in self.arguments

    def plus(self, *arguments: str) -> Part:
        return replace(self, arguments=self.arguments + arguments)


FAST = Part(
    name="fast tests on PostgreSQL",
    arguments=("-m", IN_SECONDS, *PARALLEL),
)
CHOSEN = Part(name="chosen tests on PostgreSQL", browser=True)
EVERYTHING = (
    Part(
        name="fast and thorough tests on PostgreSQL",
        arguments=("-m", IN_PARALLEL, *PARALLEL, *MIGRATED_ONCE, *SLOWEST),
    ),
    # Both wait a lot: for processes to start, for time to pass.
    Part(
        name="slow tests, and tests in Chromium",
        browser=True,
        arguments=(
            *("-m", "(slow or browser) and not longest", *NO_SCHEMA),
            *(*IN_ORDER, *MIGRATED_ONCE, *ONCE_MORE, *SLOWEST),
        ),
    ),
    # What asks for no database is the same as before.
    Part(
        name="fast tests on SQLite",
        database=SQLITE,
        arguments=(
            *("-m", f"{IN_SECONDS} and database and not postgresql"),
            *(*PARALLEL, *SLOWEST),
        ),
    ),
)
LONGEST = Part(
    name="longest tests on PostgreSQL",
    browser=True,
    arguments=("-m", "longest", *SLOWEST),
)


class Terminated(KeyboardInterrupt):
    """SIGTERM came: it went to this process alone."""


def main(arguments: list[str]) -> int:
    """Run what the arguments ask for. Return the exit code, 0 if all is green."""
    signal.signal(signal.SIGTERM, _raise_terminated)
    # A shell that starts us in the background has it ignored, pytest included.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return run(parts_for(arguments))
    except (machine.Missing, services.NoService) as reason:
        _say(f"The tests cannot run: {reason}")
        return 1
    except KeyboardInterrupt:
        _say("Interrupted.")
        return INTERRUPTED


def parts_for(arguments: list[str]) -> list[Part]:
    if "--fast" in arguments:
        return [FAST.plus(*(word for word in arguments if word != "--fast"))]
    if arguments == ["--thorough"]:
        # What runs on SQLite runs no line that the others do not run.
        on_postgresql = [part for part in EVERYTHING if part.database == POSTGRESQL]
        on_sqlite = [part for part in EVERYTHING if part.database == SQLITE]
        measured = [part.plus(*COVERAGE) for part in (*on_postgresql, LONGEST)]
        return [*measured, *on_sqlite]
    if arguments:
        return [CHOSEN.plus(*arguments)]
    return list(EVERYTHING)


def run(parts: Sequence[Part]) -> int:
    """Run all parts, also after a red one. Return the exit code."""
    measured = any(part.measured for part in parts)
    if measured:
        _call("coverage", "erase")
    with ExitStack() as stack:
        environments = _environments(stack, parts)
        codes = {part.name: _pytest(part, environments) for part in parts}
    if measured:
        codes["coverage"] = _call("coverage", "report")
    for name, code in codes.items():
        _say(f"{name}: {f'RED ({code})' if code else 'green'}")
    return int(any(codes.values()))


def _environments(
    stack: ExitStack, parts: Sequence[Part]
) -> Mapping[str, dict[str, str]]:
    """Start the services. Return by database what the tests find around them."""
    programs = machine.postgresql()
    if any(part.browser for part in parts):
        machine.chromium()
        machine.whole_chromium()
    folder = stack.enter_context(services.short_folder())
    shared = stack.enter_context(services.redis_server(folder / "redis.sock"))
    for number in range(WORKERS):
        stack.enter_context(services.redis_server(folder / f"gw{number}.sock"))
    cluster = stack.enter_context(services.postgresql(programs, folder / "pg"))
    common = {
        **{k: v for k, v in os.environ.items() if k not in NOT_FOR_TESTS},
        "PARLEY_DATA": str(folder / "data"),
        "REDIS_URL": shared,
        "SECRET_KEY": "for the tests alone",
    }
    return {
        POSTGRESQL: {**common, "DATABASE_URL": cluster + PATIENT},
        SQLITE: {**common, "DATABASE_URL": f"sqlite:///{folder}/parley.sqlite3"},
    }


def _pytest(part: Part, environments: Mapping[str, dict[str, str]]) -> int:
    """Run one part. Return pytest's exit code; no test at all is red, too (5)."""
    _say(part.name)
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *part.arguments],
        env=environments[part.database],
        preexec_fn=die_with_parent,  # noqa: PLW1509 - there are no threads here
    )
    try:
        return process.wait()
    except KeyboardInterrupt as stop:
        # pytest cleans up after an interrupt; a terminal has sent it one already.
        if isinstance(stop, Terminated) or not _at_a_terminal():
            process.send_signal(signal.SIGINT)
        process.wait()
        raise


def _at_a_terminal() -> bool:
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:
        return False


def _call(*words: str) -> int:
    return subprocess.run([sys.executable, "-m", *words], check=False).returncode


def _raise_terminated(number: int, frame: FrameType | None) -> None:
    raise Terminated


def _say(sentence: str) -> None:
    sys.stderr.write(f"--- {sentence}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
