from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from agents.models import Agent, AgentState
from core import heartbeat, sweeping
from tests.clockwork import Clockwork

ELSEWHERE = "203.0.113.7"


def test_this_machine_reads_the_figures(alice: Agent, client: Client) -> None:
    response = client.get("/metrics")

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    text = response.content.decode()
    assert 'parley_agents{state="offline"} 1.0' in text
    assert 'parley_contacts{state="queued"} 0.0' in text
    assert "parley_sweep_age_seconds" in text
    assert AgentState.OFFLINE.value in text


def test_what_a_timer_cannot_handle_is_counted(
    db: None, client: Client, clockwork: Clockwork
) -> None:
    def fails(row: int) -> None:
        assert row > 2, "a fault of ours"

    sweeping.each("expire_waits", [1, 2, 3], fails, now=clockwork.now)
    sweeping.run("send_cards", lambda: fails(0), now=clockwork.now)

    lines = client.get("/metrics").content.decode().splitlines()

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

    text = client.get("/metrics").content.decode()

    assert f"parley_sweep_age_seconds {told}\n" in text


def test_without_redis_the_other_figures_are_there(
    db: None, client: Client, redis_is_away: None
) -> None:
    text = client.get("/metrics").content.decode()

    assert "parley_sockets 0.0" in text
    assert "parley_sweep_age_seconds -1.0" in text
    assert "parley_set_aside{" not in text


def test_nobody_else_reads_them(db: None, client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR=ELSEWHERE).status_code == 404
    behind = client.get("/metrics", headers={"X-Forwarded-For": ELSEWHERE})
    assert behind.status_code == 404


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
