from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from config import health
from core import clock, heartbeat, redis, sweeping
from core.loops import Loop
from tests import factories, outages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

    from agents.models import Organisation
    from tests.clockwork import Clockwork

pytestmark = pytest.mark.django_db

ALL_WELL = {"database": "ok", "redis": "ok", "timers": "ok"}


@pytest.fixture(autouse=True)
def _a_sweep_has_just_run() -> None:
    heartbeat.beat(clock.now())


@pytest.fixture
def _redis_is_away(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.REDIS_URL = f"unix://{tmp_path}/nobody-listens.sock"
    redis.client.cache_clear()
    yield
    redis.client.cache_clear()


def test_the_process_is_alive(client: Client) -> None:
    response = client.get("/healthz/live")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.usefixtures("_redis_is_away")
def test_the_process_is_alive_whatever_else_is_dead(client: Client) -> None:
    response = client.get("/healthz/live")

    assert response.status_code == 200


def test_all_is_ready_for_people_who_are_not_signed_in(client: Client) -> None:
    response = client.get("/healthz/ready")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": ALL_WELL}


def test_no_answer_is_kept_by_anybody(client: Client) -> None:
    response = client.get("/healthz/ready")

    assert "no-store" in response["Cache-Control"]


@pytest.mark.usefixtures("_redis_is_away")
def test_without_redis_nothing_is_ready(client: Client) -> None:
    response = client.get("/healthz/ready")

    assert response.status_code == 503
    assert response.json() == {
        "status": "failing",
        "checks": {
            "database": "ok",
            "redis": "Redis cannot be reached (ConnectionError).",
            "timers": "Unknown: the time of the last sweep is kept in Redis.",
        },
    }


def test_a_dead_database_is_named(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: BaseDatabaseWrapper) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", refuse)

    response = client.get("/healthz/ready")

    assert response.status_code == 503
    assert response.json()["checks"] == {
        **ALL_WELL,
        "database": "The database cannot be reached (OperationalError).",
    }


def test_a_disk_on_which_nothing_can_be_stored_is_named(client: Client) -> None:
    with outages.without_room_for_files():
        response = client.get("/healthz/ready")

    assert response.status_code == 503
    said = response.json()["checks"]["database"]
    assert said.startswith("Nothing can be stored")
    assert client.get("/healthz/ready").status_code == 200


@pytest.mark.postgresql
def test_a_server_that_takes_no_changes_is_named(client: Client) -> None:
    with outages.read_only():
        response = client.get("/healthz/ready")

    assert response.status_code == 503
    said = response.json()["checks"]["database"]
    assert said == "The database takes no changes: it is read-only."


def test_a_database_that_hangs_does_not_hang_the_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    def hang(_: BaseDatabaseWrapper) -> None:
        answered.wait()
        raise OperationalError("too late")

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", hang)
    monkeypatch.setattr(health, "PATIENCE", 0.2)

    try:
        response = client.get("/healthz/ready")
    finally:
        answered.set()

    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "No answer within 0.2 s."


def test_timers_that_stand_still_are_named(client: Client) -> None:
    heartbeat.beat(clock.now() - timedelta(seconds=60))

    response = client.get("/healthz/ready")

    assert response.status_code == 503
    assert response.json()["checks"]["timers"] == "The last sweep was 60 s ago."


def test_after_the_clock_was_set_back_the_timers_are_not_well(client: Client) -> None:
    heartbeat.beat(clock.now() + timedelta(hours=2))

    response = client.get("/healthz/ready")

    assert response.status_code == 503
    assert response.json()["checks"]["timers"] == (
        "The last sweep is 7200 s ahead: the clock was set back."
    )


def test_hosts_whose_clocks_differ_by_seconds_are_well(client: Client) -> None:
    heartbeat.beat(clock.now() + timedelta(seconds=5))

    assert client.get("/healthz/ready").status_code == 200


def test_timers_that_never_ran_are_named(client: Client) -> None:
    redis.client().delete(redis.key(heartbeat.LAST_SWEEP))

    response = client.get("/healthz/ready")

    assert response.status_code == 503
    assert response.json()["checks"]["timers"] == "No sweep has run yet."


def test_what_is_set_aside_is_told_and_people_are_served(
    client: Client, clockwork: Clockwork
) -> None:
    def fails(row: int) -> None:
        assert row > 2, "a fault of ours"

    sweeping.each("expire_waits", [1, 2, 3], fails, now=clockwork.now)
    sweeping.run("send_cards", lambda: fails(0), now=clockwork.now)
    heartbeat.beat(clockwork.now)

    response = client.get("/healthz/ready")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": ALL_WELL,
        "set_aside": {"expire_waits": 2},
        "failing_timers": ["send_cards"],
    }


def test_a_loop_that_fails_is_told_and_people_are_served(client: Client) -> None:
    loop = Loop("presence", outages=())
    loop.failed(ValueError("a fault of ours"))

    response = client.get("/healthz/ready")

    loop.went_well()
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": ALL_WELL,
        "loops": {"presence": "ValueError"},
    }


def test_nothing_can_be_posted(client: Client) -> None:
    assert client.post("/healthz/ready").status_code == 405


def test_a_check_leaves_no_connection_open(client: Client) -> None:
    client.get("/healthz/ready")

    health_thread = health.executors["database"]
    assert health_thread.submit(lambda: connection.connection).result() is None


@pytest.mark.django_db(transaction=True)
def test_mails_that_are_not_sent_are_told_and_people_are_served(
    acme: Organisation, client: Client, clockwork: Clockwork
) -> None:
    heartbeat.beat(clockwork.now)
    for state, minutes in (("queued", 4), ("queued", 6), ("failed", 6), ("sent", 6)):
        at = clockwork.now - timedelta(minutes=minutes)
        factories.MailFactory.create(organisation=acme, state=state, created_at=at)

    response = client.get("/healthz/ready")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": ALL_WELL,
        "mails": {"queued": 1, "failed": 1},
    }
