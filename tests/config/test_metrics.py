from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from agents.models import Agent, AgentState, Organisation
from core import heartbeat, sweeping
from tests import factories
from tests.clockwork import Clockwork

ELSEWHERE = "203.0.113.7"
HERE: dict[str, Any] = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8000"}


def test_this_machine_reads_the_figures(alice: Agent, client: Client) -> None:
    response = client.get("/metrics", **HERE)

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    text = response.content.decode()
    assert 'parley_agents{state="offline"} 1.0' in text
    assert 'parley_contacts{state="queued"} 0.0' in text
    assert "parley_sweep_age_seconds" in text
    assert 'parley_disk_free_bytes{folder="data"}' in text
    assert AgentState.OFFLINE.value in text


def test_what_a_timer_cannot_handle_is_counted(
    db: None, client: Client, clockwork: Clockwork
) -> None:
    def fails(row: int) -> None:
        assert row > 2, "a fault of ours"

    sweeping.each("expire_waits", [1, 2, 3], fails, now=clockwork.now)
    sweeping.run("send_cards", lambda: fails(0), now=clockwork.now)

    lines = client.get("/metrics", **HERE).content.decode().splitlines()

    assert 'parley_set_aside{timer="expire_waits"} 2.0' in lines
    assert 'parley_set_aside{timer="expire_offers"} 0.0' in lines
    assert 'parley_timer_failing{timer="send_cards"} 1.0' in lines
    assert 'parley_timer_failing{timer="expire_waits"} 0.0' in lines


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        ({"seconds": -7}, "7.0"),
        ({"seconds": 5}, "0.0"),  # another host's clock
        ({"hours": 2}, "-1.0"),
    ],
)
def test_the_age_of_the_last_sweep(
    db: None, client: Client, clockwork: Clockwork, ahead: dict[str, int], told: str
) -> None:
    heartbeat.beat(clockwork.now + timedelta(**ahead))

    text = client.get("/metrics", **HERE).content.decode()

    assert f"parley_sweep_age_seconds {told}\n" in text


def test_without_redis_the_other_figures_are_there(
    db: None, client: Client, redis_is_away: None
) -> None:
    text = client.get("/metrics", **HERE).content.decode()

    assert "parley_sockets 0.0" in text
    assert "parley_sweep_age_seconds -1.0" in text
    assert "parley_set_aside{" not in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "where",
    [
        {"REMOTE_ADDR": "::1"},
        {"REMOTE_ADDR": "::ffff:127.0.0.1"},
        {"HTTP_HOST": "127.0.0.1"},
        {"HTTP_HOST": "[::1]:8000"},
    ],
)
def test_this_machine_has_many_names(client: Client, where: dict[str, Any]) -> None:
    assert client.get("/metrics", **{**HERE, **where}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "where",
    [
        {"REMOTE_ADDR": ELSEWHERE},
        {"REMOTE_ADDR": "::ffff:203.0.113.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_HOST": "chat.example.com"},
        {"HTTP_FORWARDED": f"for={ELSEWHERE}"},
        {"HTTP_X_FORWARDED_FOR": ELSEWHERE},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_FOR": ""},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_HOST": "chat.example.com"},
        {"HTTP_X_REAL_IP": ELSEWHERE},
        {"HTTP_VIA": "1.1 proxy"},
    ],
    ids=str,
)
def test_nobody_else_reads_them(
    client: Client, settings: LazySettings, where: dict[str, Any]
) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    assert client.get("/metrics", **{**HERE, **where}).status_code == 404


@pytest.mark.django_db
def test_with_a_proxy_in_front_loopback_is_nobody(
    client: Client, settings: LazySettings
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.1"]

    assert client.get("/metrics", **HERE).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("configured", "given", "status"),
    [("t0ken", "t0ken", 200), ("t0ken", "other", 404), ("", "", 404)],
)
def test_the_token_opens_them_from_elsewhere(
    client: Client,
    settings: LazySettings,
    configured: str,
    given: str,
    status: int,
) -> None:
    settings.METRICS_TOKEN = configured

    response = client.get(
        "/metrics", REMOTE_ADDR=ELSEWHERE, headers={"Authorization": f"Bearer {given}"}
    )

    assert response.status_code == status


def test_mails_that_wait_or_have_failed_are_counted(
    acme: Organisation, client: Client, clockwork: Clockwork
) -> None:
    for state, ago in (("queued", 0), ("failed", 59), ("failed", 61), ("sent", 0)):
        at = clockwork.now - timedelta(minutes=ago)
        factories.MailFactory.create(
            organisation=acme, state=state, created_at=at, next_attempt_at=at
        )

    lines = client.get("/metrics", **HERE).content.decode().splitlines()

    assert 'parley_mails_not_sent{state="queued"} 1.0' in lines
    assert 'parley_mails_not_sent{state="failed"} 1.0' in lines
