"""Daphne, the other server: it serves Parley, and production does without it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

PATIENCE = 60  # seconds; a server that takes longer is ended, and the test fails
NOT_SIGNED_IN = 4401
PAGE = (Path(settings.BASE_DIR) / "docs" / "deploy.md").read_text()
FOR_DEVELOPERS = {"channels_redis", "daphne", "twisted"}
# What the processes of bin/run load before they do anything.
LOADS = {
    "run": "import config.running",
    "prepare": "import django; django.setup(); import config.preparing",
    "web": "import config.asgi",
    "worker": "from config.celery import app; app.Worker(pool='threads', clock=True)",
}


@pytest.mark.parametrize("loads", LOADS.values(), ids=LOADS)
def test_no_process_of_production_loads_it(loads: str) -> None:
    script = f"import sys; {loads}; print(*sys.modules)"

    said = subprocess.check_output(
        [sys.executable, "-c", script], cwd=settings.BASE_DIR, text=True
    )

    loaded = {name.partition(".")[0] for name in said.split()}
    assert "django" in loaded
    assert not loaded & FOR_DEVELOPERS


def test_the_supervisor_loads_no_apps() -> None:
    script = "import sys, config.running; print(*sys.modules)"

    said = subprocess.check_output(
        [sys.executable, "-c", script], cwd=settings.BASE_DIR, text=True
    )

    loaded = {name.partition(".")[0] for name in said.split()}
    assert "config" in loaded
    assert not loaded & {"agents", "contacts", "celery", "rest_framework", "psycopg"}
    assert not loaded & {"cryptography", "django_stubs_ext"}


def test_a_worker_loads_the_administration_only_where_it_needs_an_address() -> None:
    script = """
import sys
sys.argv[0] = "celery/__main__.py"
from config.celery import app
app.Worker(pool="threads")
print("administration.admin" in sys.modules)
from django.urls import reverse
print(reverse("admin:agents_team_changelist"))
"""

    said = subprocess.check_output(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=os.environ | {"CELERY_SKIP_CHECKS": "1"},
        text=True,
    )

    assert said.split() == ["False", "/admin/agents/team/"]


def test_a_worker_keeps_its_connection_to_sqlite_open(tmp_path: Path) -> None:
    script = """
import sys
sys.argv[0] = "celery/__main__.py"
from config.celery import app
app.Worker(pool="threads")
from celery.signals import task_postrun, task_prerun
from django.db import connection
connection.ensure_connection()
kept = connection.connection
sweep = app.tasks["wrapup.tasks.sweep"]
for signal in (task_prerun, task_postrun):
    signal.send(sender=sweep, task=sweep)
    print(connection.connection is kept)
"""
    database = f"sqlite:///{tmp_path / 'parley.sqlite3'}"

    said = subprocess.check_output(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database, "CELERY_SKIP_CHECKS": "1"},
        text=True,
    )

    assert said.split() == ["True", "True"]


def test_the_command_of_the_deployment_page_serves(tmp_path: Path) -> None:
    command = of_the_page("python -m daphne")
    here = {"python": sys.executable, "0.0.0.0": "127.0.0.1", "8000": "0"}  # noqa: S104

    with serving([here.get(word, word) for word in command], tmp_path) as port:
        assert_serves(port)


def test_runserver_serves(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "runserver", "--noreload", "127.0.0.1:0"]

    with serving(command, tmp_path) as port:
        assert_serves(port)


def test_the_deployment_page_installs_the_version_that_is_tested() -> None:
    assert of_the_page("pip install daphne")[-1] == f"daphne=={version('daphne')}"


def of_the_page(start: str) -> list[str]:
    """Return the words of the one command on the page that starts so."""
    page = PAGE.replace("\\\n", "")
    (command,) = re.findall(rf"^{start}.*", page, re.MULTILINE)
    return shlex.split(command)


@contextmanager
def serving(command: list[str], folder: Path) -> Iterator[int]:
    """Run the server on a database of its own; give its port."""
    database = f"sqlite:///{folder / 'parley.sqlite3'}"
    with subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        patience = threading.Timer(PATIENCE, process.kill)
        patience.start()
        try:
            assert process.stdout is not None
            yield port_in(process.stdout)
        finally:
            patience.cancel()
            process.kill()


def port_in(lines: Iterator[str]) -> int:
    """Return the port that the server says it listens on."""
    said = []
    for line in lines:
        said.append(line)
        if found := re.search(r"Listening on TCP address [\d.]+:(\d+)", line):
            return int(found[1])
    raise AssertionError("".join(said))


def assert_serves(port: int) -> None:
    """A page comes, and a socket is heard: nobody has signed in there."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/healthz/live")
    assert connection.getresponse().status == 200
    connection.close()

    with (
        connect(f"ws://127.0.0.1:{port}/ws/desk/") as desk,
        pytest.raises(ConnectionClosed) as closed,
    ):
        desk.recv(PATIENCE)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == NOT_SIGNED_IN
