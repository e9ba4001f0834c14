"""Bearer tokens (contract 3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from agents.models import AccessToken
from core import secrets
from tests import steps
from tests.factories import PASSWORD
from tests.steps import API, client_for, refuses, with_token

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.stage import Later

URL = f"{API}/auth/token/"


def ask(**body: Any) -> Any:
    return steps.post(APIClient(REMOTE_ADDR=steps.somewhere()), URL, body)


def sign_in(agent: Agent) -> str:
    response = ask(email=agent.email, password=PASSWORD)
    assert response.status_code == 200, response.content
    token: str = response.json()["token"]
    return token


def test_a_token_opens_what_its_owner_may_see(alice: Agent, later: Later) -> None:
    response = ask(email="alice@acme.example", password=PASSWORD)

    assert response.status_code == 200
    answer = response.json()
    assert answer.keys() == {"token", "expires_at"}
    assert datetime.fromisoformat(answer["expires_at"]) > later.now()
    me = with_token(answer["token"]).get(f"{API}/me/")
    assert me.json()["id"] == alice.pk


def test_only_a_digest_is_kept(alice: Agent) -> None:
    token = sign_in(alice)

    assert len(token) >= 40
    row = AccessToken.objects.get()
    assert row.digest == secrets.digest(token)
    assert token not in str(AccessToken.objects.values())


def test_an_address_is_written_in_many_ways(alice: Agent) -> None:
    response = ask(email="  Alice@ACME.example ", password=PASSWORD)

    assert response.status_code == 200


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("alice@acme.example", "wrong"),
        ("alice@acme.example", f" {PASSWORD}"),
        ("alice@acme.example", PASSWORD.upper()),
        ("nobody@acme.example", PASSWORD),
        ("not an address", PASSWORD),
        ("' OR 1=1 --", "x"),
    ],
)
def test_everything_wrong_is_refused_alike(email: str, password: str) -> None:
    response = ask(email=email, password=password)

    refuses(response, 401, "bad_credentials")
    assert not AccessToken.objects.exists()


def test_who_was_deactivated_gets_no_token(alice: Agent) -> None:
    alice.is_active = False
    alice.save(update_fields=["is_active"])

    refuses(ask(email=alice.email, password=PASSWORD), 401, "bad_credentials")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["email", "password"]),
        ({"email": "a@b.example"}, ["password"]),
        ({"email": "a@b.example", "password": ""}, ["password"]),
        ({"email": None, "password": None}, ["email", "password"]),
        ({"email": "x" * 255, "password": "x"}, ["email"]),
        ({"email": "a@b.example", "password": "x" * 1001}, ["password"]),
        ({"email": "a\x00", "password": "b\x00"}, ["email", "password"]),
        ({"email": "\ud800", "password": "\ud800"}, ["email", "password"]),
        ({"email": [], "password": {}}, ["email", "password"]),
    ],
)
def test_nonsense_is_named(db: None, body: Any, fields: list[str]) -> None:
    refuses(ask(**body), 400, "invalid", errors=fields)


def test_a_deleted_token_opens_nothing(alice: Agent) -> None:
    client = client_for(alice)

    assert client.delete(URL).status_code == 204

    refuses(client.get(f"{API}/me/"), 401, "bad_token")
    refuses(client.delete(URL), 401, "bad_token")


def test_other_tokens_stay(alice: Agent, bob: Agent) -> None:
    others = [client_for(alice), client_for(bob)]

    client_for(alice).delete(URL)

    for client in others:
        assert client.get(f"{API}/me/").status_code == 200


def test_a_token_has_an_end(alice: Agent, later: Later) -> None:
    client = client_for(alice)
    lifetime = AccessToken.objects.get().expires_at - later.now()

    later(seconds=lifetime.total_seconds() + 1)

    refuses(client.get(f"{API}/me/"), 401, "bad_token")
    refuses(client.delete(URL), 401, "bad_token")


def test_a_stale_token_keeps_nobody_from_a_new_one(alice: Agent) -> None:
    client = with_token("stale")

    response = client.post(
        URL, {"email": alice.email, "password": PASSWORD}, format="json"
    )

    assert response.status_code == 200


def test_a_token_is_deleted_by_who_holds_it(alice: Agent) -> None:
    browser = APIClient()
    browser.force_login(alice)

    refuses(browser.delete(URL), 401, "not_authenticated")
    refuses(APIClient().delete(URL), 401, "not_authenticated")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer \xe9",
        "bearer x y",
        f"Bearer {'x' * 9000}",
    ],
)
def test_a_made_up_token_opens_nothing(alice: Agent, header: str) -> None:
    response = APIClient(HTTP_AUTHORIZATION=header).get(f"{API}/me/")

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_the_word_bearer_is_written_in_many_ways(alice: Agent) -> None:
    token = steps.token_of(alice)

    for word in ("Bearer", "bearer", "BEARER"):
        client = APIClient(HTTP_AUTHORIZATION=f"{word} {token}")

        assert client.get(f"{API}/me/").status_code == 200


def test_a_token_says_when_it_was_used_last(alice: Agent, later: Later) -> None:
    client = client_for(alice)
    assert AccessToken.objects.get().last_used_at is None

    client.get(f"{API}/me/")
    first = AccessToken.objects.get().last_used_at
    assert first is not None
    later(minutes=5)
    client.get(f"{API}/me/")

    again = AccessToken.objects.get().last_used_at
    assert again is not None
    assert again - first > timedelta(minutes=4)


def test_a_token_needs_no_csrf_token(alice: Agent) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {steps.token_of(alice)}")

    response = client.put(f"{API}/me/state/", {"state": "available"}, format="json")

    assert response.status_code == 200
