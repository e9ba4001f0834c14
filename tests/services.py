"""A PostgreSQL and a Redis for the tests alone: private, empty, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import redis

from config import private_redis
from config.supervisor import die_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

PATIENCE = 30  # seconds for a service to answer
# Whoever runs the tests can throw the data away, so nothing is made to last.
FAST_AND_LOOSE = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


class NoService(Exception):
    """A service did not start; says where its log is."""


@contextmanager
def short_folder() -> Iterator[Path]:
    """Give a folder whose path is short enough for unix sockets."""
    folder = Path(tempfile.mkdtemp(prefix="parley-tests-", dir=_short_parent()))
    folder.chmod(0o711)  # PostgreSQL's user passes through
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _short_parent() -> str | None:
    return "/tmp" if Path("/tmp").is_dir() else None  # noqa: S108


@contextmanager
def postgresql(
    programs: Path, folder: Path, *, options: Mapping[str, str] = FAST_AND_LOOSE
) -> Iterator[str]:
    """Run a PostgreSQL cluster in the folder, the one that is there if there is one;
    give the URL of its database."""
    user = _unprivileged()
    data = folder / "data"
    if not folder.exists():
        _make_cluster(programs, data, user=user)
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    url = f"postgresql://parley@/{str(folder).replace('/', '%2F')}%2Fparley"
    with _service(
        command,
        log=folder / "postgresql.log",
        user=user,
        answers=lambda: _postgresql_answers(folder),
        stop=signal.SIGINT,
    ):
        yield url


def copy_cluster(original: Path, folder: Path) -> None:
    """Put what a cluster that was stopped holds into a folder that is not there yet."""
    subprocess.run(["cp", "--archive", original, folder], check=True)  # noqa: S607


def _make_cluster(
    programs: Path, data: Path, *, user: pwd.struct_passwd | None
) -> None:
    data.parent.mkdir()
    if user is not None:
        os.chown(data.parent, user.pw_uid, user.pw_gid)
    _run_once(
        [
            *(str(programs / "initdb"), "--pgdata", str(data), "--username=parley"),
            *("--auth=trust", "--encoding=UTF8", "--no-sync"),
            *(["--locale=C.UTF-8"] if sys.platform == "linux" else []),
        ],
        log=data.parent / "initdb.log",
        user=user,
    )


def _unprivileged() -> pwd.struct_passwd | None:
    """Return whom PostgreSQL runs as, which refuses root; None for ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _postgresql_answers(folder: Path) -> bool:
    try:
        psycopg.connect(host=str(folder), user="parley", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def redis_server(path: Path) -> Iterator[str]:
    """Run a Redis on this socket; give its URL."""
    url = f"unix://{path}"
    with _service(
        private_redis.command(path),
        log=path.with_suffix(".log"),
        user=None,
        answers=lambda: _redis_answers(url),
        stop=signal.SIGTERM,
    ):
        yield url


@contextmanager
def relay(program: Path, folder: Path, *, port: int, secret: str) -> Iterator[None]:
    """Run a TURN server on this machine's own address, for as long as the block."""
    command = [
        *(str(program), "-n", "--no-cli", "--no-tls", "--no-dtls"),
        *("--use-auth-secret", f"--static-auth-secret={secret}"),
        *("--realm=parley.test", f"--listening-port={port}"),
        *("--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1"),
        # Both ends of a call are on this machine, too.
        "--allow-loopback-peers",
        *("--log-file=stdout", f"--pidfile={folder / 'turn.pid'}"),
        f"--userdb={folder / 'turn.db'}",
    ]
    with _service(
        command,
        log=folder / "turn.log",
        user=None,
        answers=lambda: _takes_connections(port),
        stop=signal.SIGTERM,
    ):
        yield


def _takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _redis_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


@contextmanager
def _service(
    command: Sequence[str],
    *,
    log: Path,
    user: pwd.struct_passwd | None,
    answers: Callable[[], bool],
    stop: signal.Signals,
) -> Iterator[None]:
    process = _start(command, log=log, user=user)
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise NoService(f"{command[0]} does not start:\n{log.read_text()}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _run_once(
    command: Sequence[str], *, log: Path, user: pwd.struct_passwd | None
) -> None:
    if _start(command, log=log, user=user).wait() != 0:
        raise NoService(f"{command[0]} failed:\n{log.read_text()}")


def _start(
    command: Sequence[str], *, log: Path, user: pwd.struct_passwd | None
) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            process_group=0,  # Ctrl-C is for the tests; the services stop after them
            preexec_fn=die_with_parent,  # noqa: PLW1509 - there are no threads here
        )
