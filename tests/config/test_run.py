"""bin/run from outside: real processes, real signals."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import select
import signal
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from config import processes
from tests.parley import CHILDREN, PATIENCE, READY, Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.installations import Install

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def parley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("parley")
    data.chmod(0o755)  # as earlier versions made it
    with running(data) as one:
        one.until(READY)
        yield one


def test_everything_is_healthy_before_it_says_so(parley: Running) -> None:
    assert set(parley.health().values()) == {"ok"}


def test_it_says_where_everything_is(parley: Running) -> None:
    said = "".join(parley.said)

    assert f"http://127.0.0.1:{parley.port}/desk/" in said
    assert f"http://127.0.0.1:{parley.port}/chat/acme-direct/" in said
    assert "acme-help" not in said
    assert "alice@acme.example" in said
    assert "parley-demo" in said


def test_it_says_what_takes_long_before_it_begins(parley: Running) -> None:
    steps = [
        "Setting up the database: ",
        "Loading the demo organisations",
        "timers started",
        "Waiting until all of them are well",
        "Parley is ready",
    ]

    said = "".join(parley.said)
    places = [said.index(step) for step in steps]

    assert places == sorted(places)
    assert 0 < said.index("Collecting the static files") < places[-2]


@pytest.mark.parametrize("child", CHILDREN)
def test_a_process_that_is_killed_comes_back(parley: Running, child: str) -> None:
    os.kill(parley.pid_of(child), signal.SIGKILL)

    parley.until(f"{child} ended (killed by SIGKILL)")
    parley.until(f"{child} started")
    asyncio.run(processes.until_healthy(("127.0.0.1", parley.port)))


def test_a_port_in_use_is_one_clear_sentence(parley: Running, tmp_path: Path) -> None:
    with running(tmp_path, port=parley.port) as second:
        code = second.ended()

    assert code == 1
    assert "".join(second.said) == (
        f"Port {parley.port} on 127.0.0.1 is already in use: stop what uses it, "
        f"or choose another one, for example with PORT={parley.port + 1}.\n"
    )


def refusal(data: Path, *, port: int | str = 0) -> str:
    """Return the sentence with which it does not start."""
    with running(data, port=port) as parley:
        assert parley.ended() == 1
    return "".join(parley.said)


def test_a_folder_that_cannot_be_used_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "logs").touch()

    sentences = {
        folder: refusal(folder)
        for folder in (tmp_path / "taken" / "data", tmp_path / "data")
    }

    for folder, sentence in sentences.items():
        assert sentence.startswith(f"Parley cannot keep its data in {folder} (")
        assert "PARLEY_DATA" in sentence
        assert sentence.count("\n") == 1


def test_a_port_that_is_no_number_is_one_clear_sentence(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, port="http")

    assert sentence.startswith("PORT must be a number")
    assert sentence.count("\n") == 1


def test_a_second_copy_runs_beside_the_first(
    parley: Running, tmp_path: Path, install: Install
) -> None:
    # Its path is too long for a socket in it, which must not matter either.
    data = tmp_path / ("long" * 30)
    install(data)

    with running(data) as second:
        second.until(READY)

        assert second.port != parley.port
        assert set(second.health().values()) == {"ok"}
        assert set(parley.health().values()) == {"ok"}
        assert (data / "parley.sqlite3").exists()


def test_the_secret_key_is_for_its_owner_alone(parley: Running) -> None:
    key = parley.data / "secret_key"

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text()) >= 50


def test_the_data_is_for_its_owner_alone(parley: Running) -> None:
    data = parley.data
    keys = [data / "secret_key", data / "vapid_key"]
    kept = [data / "parley.sqlite3", *keys, *(data / "logs").iterdir()]

    assert [
        path for path in (data, *kept) if stat.S_IMODE(path.stat().st_mode) & 0o077
    ] == []


def test_asked_to_stop_while_it_starts_it_stops(tmp_path: Path) -> None:
    with running(tmp_path) as parley:
        parley.until("redis started")

        assert parley.end() == 0

    assert not is_running(parley.pid_of("redis"))


@pytest.mark.longest
def test_a_start_that_was_cut_short_is_completed_by_the_next(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        first.until("redis started")
        first.end(signal.SIGKILL)

    with running(tmp_path) as second:
        second.until(READY)

    assert "alice@acme.example" in "".join(second.said)


def test_nobody_is_left_when_the_supervisor_itself_is_killed(
    tmp_path: Path, install: Install
) -> None:
    install(tmp_path)
    with running(tmp_path) as parley:
        parley.until(READY)
        children = [os.pidfd_open(parley.pid_of(child)) for child in CHILDREN]

        parley.end(signal.SIGKILL)

    for child in children:
        ended, _, _ = select.select([child], [], [], PATIENCE)
        os.close(child)
        assert ended


def test_it_stops_when_asked_and_keeps_the_data(
    tmp_path: Path, install: Install
) -> None:
    install(tmp_path)
    with running(tmp_path) as first:
        first.until(READY)
        assert_stops(first, signal.SIGINT)
    rename_acme(tmp_path, "Kept Ltd")
    key = (tmp_path / "secret_key").read_text()

    with running(tmp_path) as second:
        second.until(READY)
        assert_stops(second, signal.SIGTERM)

    assert name_of_acme(tmp_path) == "Kept Ltd"
    assert (tmp_path / "secret_key").read_text() == key


def assert_stops(parley: Running, number: signal.Signals) -> None:
    pids = [parley.pid_of(child) for child in CHILDREN]

    assert parley.end(number) == 0

    assert not any(is_running(pid) for pid in pids)
    assert parley.said[-1] == "Parley has stopped.\n"


def behind_a_proxy() -> dict[str, str]:
    """Return the environment of the command in the documentation."""
    page = (settings.BASE_DIR / "docs" / "deploy.md").read_text()
    (line,) = re.findall(r"^(ALLOWED_HOSTS=.+) bin/run$", page, re.MULTILINE)
    return dict(word.split("=", 1) for word in line.split())


def test_the_documented_proxy_opens_no_demo_to_the_world(
    tmp_path: Path, install: Install
) -> None:
    """Even where the demo is loaded already."""
    install(tmp_path)
    env = behind_a_proxy()
    assert env.keys() >= {"ALLOWED_HOSTS", "TRUSTED_PROXIES"}
    headers = {
        "Host": env["ALLOWED_HOSTS"],
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "Content-Type": "application/json",
    }
    with running(tmp_path) as first:
        first.until(READY)
    with running(tmp_path, **env) as parley:
        parley.until(READY)
        connection = http.client.HTTPConnection("127.0.0.1", parley.port)
        body = {"email": "root@parley.example", "password": "parley-demo"}

        connection.request("POST", "/api/v1/auth/token/", json.dumps(body), headers)
        signing_in = connection.getresponse()
        answer = json.load(signing_in)
        connection.request("GET", "/metrics", headers=headers)
        figures = connection.getresponse().status
        connection.close()

    assert (signing_in.status, answer["code"]) == (401, "bad_credentials")
    assert figures == 404
    assert "parley-demo" in "".join(first.said)
    assert "parley-demo" not in "".join(parley.said)


def test_a_new_installation_behind_a_proxy_is_empty(
    tmp_path: Path, install_empty: Install
) -> None:
    install_empty(tmp_path)
    with running(tmp_path, **behind_a_proxy()) as parley:
        parley.until(READY)

    assert "manage.py createsuperuser" in "".join(parley.said)
    with closing(sqlite3.connect(tmp_path / "parley.sqlite3")) as database:
        people = database.execute("SELECT count(*) FROM agents_agent").fetchone()
    assert people == (0,)


def rename_acme(data: Path, name: str) -> None:
    with closing(sqlite3.connect(data / "parley.sqlite3")) as database, database:
        database.execute(
            "UPDATE agents_organisation SET name = ? WHERE slug = 'acme'", [name]
        )


def name_of_acme(data: Path) -> str:
    with closing(sqlite3.connect(data / "parley.sqlite3")) as database:
        (name,) = database.execute(
            "SELECT name FROM agents_organisation WHERE slug = 'acme'"
        ).fetchone()
    return str(name)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
