"""API tokens in the administration: made, shown once, revoked."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from agents.models import AccessToken, Agent
from agents.services import api_tokens, second_factors
from core import clock
from tests.steps import API, client_for, with_factor, with_token

LIST = "/admin/agents/accesstoken/"
ADD = f"{LIST}add/"


def admin_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def values(agent: Agent, date: str, **more: Any) -> dict[str, Any]:
    return {
        "name": "Wallboard",
        "agent": agent.pk,
        "scopes": ["read"],
        "expires_at_0": date,
        "expires_at_1": "18:00:00",
        **more,
    }


def in_a_month() -> str:
    return f"{clock.now() + api_tokens.LIFETIME / 3:%Y-%m-%d}"


def test_the_secret_is_shown_this_once(ada: Agent, alice: Agent) -> None:
    client = admin_of(ada)

    page = client.post(ADD, values(alice, date=in_a_month()))

    found = re.search(r"<code>([\w-]{43})</code>", page.content.decode())
    assert found is not None
    assert with_token(found[1]).get(f"{API}/me/").json()["id"] == alice.pk
    assert with_token(found[1]).post(f"{API}/me/sign-out/").status_code == 403
    token = AccessToken.objects.get(name="Wallboard")
    assert (token.created_by, token.scopes) == (ada, ["read"])
    for path in (LIST, f"{LIST}{token.pk}/change/"):
        again = client.get(path).content.decode()
        assert "Wallboard" in again
        assert found[1] not in again


def test_wrong_values_are_told(ada: Agent, alice: Agent, gina: Agent) -> None:
    client = admin_of(ada)
    wrong = [
        values(alice, date="2001-01-01"),
        values(alice, date="2999-01-01"),
        values(gina, date=in_a_month()),
        values(alice, date=in_a_month(), name=""),
        values(alice, date=in_a_month(), scopes=[]),
    ]

    pages = [client.post(ADD, sent) for sent in wrong]

    for page in pages:
        assert page.status_code == 200
        assert "errorlist" in page.content.decode()
    assert not AccessToken.objects.exclude(name="").exists()


def test_deleting_revokes(ada: Agent, alice: Agent) -> None:
    token, secret = api_tokens.create(
        agent=alice, name="Wallboard", scopes=["read"], by=ada, now=clock.now()
    )

    admin_of(ada).post(f"{LIST}{token.pk}/delete/", {"post": "yes"})

    assert with_token(secret).get(f"{API}/me/").status_code == 401


def test_tokens_of_sign_ins_are_not_shown(ada: Agent, alice: Agent) -> None:
    client_for(alice)
    token = AccessToken.objects.get(agent=alice)
    client = admin_of(ada)

    assert client.get(f"{LIST}{token.pk}/change/").status_code == 404
    assert "0 API tokens" in client.get(LIST).content.decode()


def test_a_lost_second_factor_is_taken_away(ada: Agent, alice: Agent) -> None:
    with_factor(alice)
    sent = {"action": "take_second_factor_away", "_selected_action": [alice.pk]}

    admin_of(ada).post("/admin/agents/agent/", sent)

    assert not second_factors.has_one(alice)


def test_nobody_takes_a_second_factor_away_elsewhere(
    greta: Agent, alice: Agent
) -> None:
    with_factor(alice)
    sent = {"action": "take_second_factor_away", "_selected_action": [alice.pk]}

    admin_of(greta).post("/admin/agents/agent/", sent)

    assert second_factors.has_one(alice)
