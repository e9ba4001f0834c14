"""The demo's password is known to all the world: it counts on this machine alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.steps import API, refuses

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent

TOKEN = f"{API}/auth/token/"
HERE: dict[str, Any] = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8000"}
VISITOR = "203.0.113.9"
OPEN = "The demo is open to everybody"


@pytest.fixture
def root_of_the_demo(root: Agent, settings: Settings) -> Agent:
    settings.ALLOWED_HOSTS = ["*"]
    root.set_password(settings.DEMO_PASSWORD)
    root.save(update_fields=["password"])
    return root


def ask(agent: Agent, **where: Any) -> Any:
    body = {"email": agent.email, "password": "parley-demo"}
    return APIClient().post(TOKEN, body, **{**HERE, **where})


def enters(agent: Agent, **where: Any) -> bool:
    """Return whether the page lets them in."""
    body = {"email": agent.email, "password": "parley-demo"}
    client = Client()
    client.post("/", body, **{**HERE, **where})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
def test_it_opens_on_this_machine(
    root_of_the_demo: Agent, peer: str, host: str
) -> None:
    where = {"REMOTE_ADDR": peer, "HTTP_HOST": host}

    assert ask(root_of_the_demo, **where).status_code == 200
    assert enters(root_of_the_demo, **where)


@pytest.mark.parametrize(
    "where",
    [
        {"REMOTE_ADDR": VISITOR},
        {"HTTP_HOST": "chat.example.com"},
        {"HTTP_X_FORWARDED_FOR": VISITOR},
        # The server takes what a trusted proxy says of the visitor for the peer.
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_HOST": "localhost"},
        {"HTTP_X_REAL_IP": VISITOR},
        {"HTTP_FORWARDED": f"for={VISITOR}"},
        {"HTTP_VIA": "1.1 proxy"},
    ],
    ids=str,
)
def test_it_opens_nothing_for_anybody_else(
    root_of_the_demo: Agent, where: dict[str, Any]
) -> None:
    refuses(ask(root_of_the_demo, **where), 401, "bad_credentials")
    assert not enters(root_of_the_demo, **where)


def test_it_opens_nothing_behind_a_proxy(
    root_of_the_demo: Agent, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]

    for more in ({}, {"HTTP_X_FORWARDED_FOR": VISITOR}):
        refuses(ask(root_of_the_demo, **more), 401, "bad_credentials")
        assert not enters(root_of_the_demo, **more)


def test_whoever_wants_it_open_to_all_says_so_and_is_told_in_red(
    root_of_the_demo: Agent, settings: Settings
) -> None:
    browser = Client()
    closed = browser.get("/").content.decode()
    settings.DEMO = True

    page = " ".join(browser.get("/").content.decode().split())
    answer = ask(root_of_the_demo, REMOTE_ADDR=VISITOR, HTTP_VIA="1.1 proxy")
    browser.force_login(root_of_the_demo)
    administration = " ".join(browser.get("/admin/").content.decode().split())

    assert answer.status_code == 200
    assert OPEN not in closed
    told = f'banner--danger" role="status"> <span class="banner__text"> {OPEN}'
    assert told in page
    assert f'<li class="error"> {OPEN}' in administration


def test_nobody_is_told_where_it_is_closed(ada: Agent) -> None:
    browser = Client()
    browser.force_login(ada)

    assert OPEN not in browser.get("/admin/").content.decode()
