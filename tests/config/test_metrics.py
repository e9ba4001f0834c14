from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client

from agents.models import Agent, AgentState

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
