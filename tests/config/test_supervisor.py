from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

import pytest

from config import supervisor
from config.supervisor import Child, Supervisor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Each tells its process id through the pipe, then does what its name says.
TELL = "import os, signal, sys; os.write(int(sys.argv[1]), b'%d\\n' % os.getpid());"
LIVE = f"{TELL} signal.pause()"
DIE = f"{TELL} sys.exit(3)"
RESIST = f"""
{TELL}
def report(*_): os.write(int(sys.argv[1]), b"0\\n")
signal.signal(signal.SIGTERM, report)
{TELL}
while True: signal.pause()
"""
TALK = f"""
def talk(*_):
    print("after", flush=True)
    os.write(int(sys.argv[1]), b"0\\n")
{TELL.replace("os.write", "signal.signal(signal.SIGUSR1, talk); os.write")}
print("before all this", flush=True)
while True: signal.pause()
"""
ASKED = 0  # what that one reports when it is asked to end


class Children:
    """Makes children that report to the test."""

    def __init__(self, pipe: int, reports: IO[str]) -> None:
        self._pipe = pipe
        self._reports = reports

    def named(self, name: str, code: str, *, trusts_the_clock: bool = False) -> Child:
        return Child(
            name=name,
            trusts_the_clock=trusts_the_clock,
            command=[sys.executable, "-c", code, str(self._pipe)],
            pass_fds=[self._pipe],
        )

    async def next_pid(self) -> int:
        """Return the process id of the child that was started next."""
        async with asyncio.timeout(30):
            return int(await asyncio.to_thread(self._reports.readline))


@pytest.fixture
def children() -> Iterator[Children]:
    reading, writing = os.pipe()
    with os.fdopen(reading) as reports:
        yield Children(writing, reports)
        os.close(writing)


@contextmanager
def saying(text: str) -> Iterator[asyncio.Event]:
    """Give an event that is set once the supervisor's log says so."""
    said = asyncio.Event()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if text in record.getMessage():
                said.set()

    listener = Listener()
    supervisor.log.addHandler(listener)
    yield said
    supervisor.log.removeHandler(listener)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_child_that_dies_is_started_again(
    children: Children, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with Supervisor(logs=tmp_path) as keeper:
        await keeper.start(children.named("web", LIVE))
        first = await children.next_pid()
        os.kill(first, signal.SIGKILL)

        second = await children.next_pid()

        assert second != first
        assert is_running(second)
    assert (
        "web ended (killed by SIGKILL) and is started again. "
        f"Its log: {tmp_path}/web.log"
    ) in caplog.messages


async def test_a_child_is_started_again_whatever_signal_killed_it(
    children: Children, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nameless = signal.SIGRTMIN + 3

    async with Supervisor(logs=tmp_path) as keeper:
        await keeper.start(children.named("web", LIVE))
        os.kill(await children.next_pid(), nameless)

        assert is_running(await children.next_pid())

    assert f"web ended (killed by signal {nameless})" in caplog.text


async def test_a_child_is_started_again_whatever_failed_before(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "PAUSES", (0, 0, 0.001))

    def fails() -> None:
        raise RuntimeError("before the program runs")

    async with Supervisor(logs=tmp_path) as keeper:
        await keeper.start(children.named("web", LIVE))
        pid = await children.next_pid()
        with monkeypatch.context() as fault, saying("web cannot be started") as said:
            fault.setattr(supervisor, "die_with_parent", fails)
            os.kill(pid, signal.SIGKILL)
            await said.wait()

        assert is_running(await children.next_pid())


async def test_a_child_that_keeps_dying_is_given_longer_pauses(
    children: Children,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervisor, "PAUSES", (0, 0, 0.001, 0.002))

    async with Supervisor(logs=tmp_path) as keeper:
        await keeper.start(children.named("web", DIE))
        for _ in range(5):
            await children.next_pid()

    waits = [text for text in caplog.messages if "waits" in text]
    assert waits[:2] == ["web waits for 0.001 s", "web waits for 0.002 s"]
    assert set(waits[2:]) <= {"web waits for 0.002 s"}


async def test_a_child_that_cannot_be_started_again_is_tried_until_it_can(
    children: Children,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervisor, "PAUSES", (0, 0, 0.001))
    logs = tmp_path / "logs"
    logs.mkdir()

    async with Supervisor(logs=logs) as keeper:
        await keeper.start(children.named("web", LIVE))
        pid = await children.next_pid()
        logs.rename(tmp_path / "elsewhere")
        with saying("web cannot be started") as said:
            os.kill(pid, signal.SIGKILL)
            await said.wait()
        logs.mkdir()

        assert is_running(await children.next_pid())


@pytest.mark.parametrize("seconds", [-7200, 7200])
async def test_who_trusts_the_clock_is_started_again_when_it_jumps(
    children: Children,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    seconds: int,
) -> None:
    monkeypatch.setattr(supervisor, "BETWEEN_LOOKS", 0.01)
    now = time.time

    async with Supervisor(logs=tmp_path) as keeper:
        await keeper.start(children.named("web", LIVE))
        web = await children.next_pid()
        await keeper.start(children.named("beat", LIVE, trusts_the_clock=True))
        beat = await children.next_pid()
        monkeypatch.setattr(time, "time", lambda: now() + seconds)

        assert await children.next_pid() != beat
        assert is_running(web)

    assert [text for text in caplog.messages if "jumped" in text] == [
        f"The clock has jumped by {seconds:+} s"
    ]


async def test_all_children_end_with_the_block(
    children: Children, tmp_path: Path
) -> None:
    async with Supervisor(logs=tmp_path) as keeper:
        await keeper.start(children.named("one", LIVE))
        await keeper.start(children.named("two", LIVE))
        pids = [await children.next_pid(), await children.next_pid()]

    assert not any(is_running(pid) for pid in pids)


async def test_a_child_that_does_not_listen_is_killed(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "GRACE", 0.1)

    async with Supervisor(logs=tmp_path) as keeper:
        await keeper.start(children.named("deaf", RESIST))
        pid = await children.next_pid()
        await children.next_pid()  # again: it resists by now

    assert not is_running(pid)


async def test_asking_twice_kills_at_once(children: Children, tmp_path: Path) -> None:
    keeper = Supervisor(logs=tmp_path)
    await keeper.start(children.named("deaf", RESIST))
    pid = await children.next_pid()
    await children.next_pid()

    stopping = asyncio.create_task(keeper.__aexit__(None, None, None))
    assert await children.next_pid() == ASKED
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping

    assert not is_running(pid)


async def test_children_write_to_logs_of_their_own(
    children: Children, tmp_path: Path
) -> None:
    async with Supervisor(logs=tmp_path) as keeper:
        await keeper.start(children.named("web", f"print('Hello', flush=True); {LIVE}"))
        await children.next_pid()

    assert (tmp_path / "web.log").read_text() == "Hello\n"


async def test_a_log_that_grows_long_is_put_aside_while_it_is_written(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LOG_LIMIT", 10)
    monkeypatch.setattr(supervisor, "BETWEEN_LOGS", 0.001)
    supervisor.log.setLevel(logging.INFO)

    async with Supervisor(logs=tmp_path) as keeper:
        with saying("was put aside") as said:
            await keeper.start(children.named("web", TALK))
            pid = await children.next_pid()
            await said.wait()
        os.kill(pid, signal.SIGUSR1)
        assert await children.next_pid() == ASKED

    assert (tmp_path / "web.log").read_text() == "after\n"
    assert (tmp_path / "web.log.1").read_text() == "before all this\n"


def test_a_log_that_cannot_be_put_aside_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LOG_LIMIT", 10)
    log = tmp_path / "web.log"
    log.write_text("more than ten characters")
    (tmp_path / "web.log.1").symlink_to("/dev/full")

    with pytest.raises(OSError, match="No space"):
        supervisor.put_aside(log)

    assert log.read_text() == "more than ten characters"


async def test_a_log_that_has_grown_long_is_put_aside(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LOG_LIMIT", 10)
    (tmp_path / "web.log").write_text("more than ten characters")

    async with Supervisor(logs=tmp_path) as keeper:
        await keeper.start(children.named("web", LIVE))
        await children.next_pid()

    assert (tmp_path / "web.log").read_text() == ""
    assert (tmp_path / "web.log.1").read_text() == "more than ten characters"
