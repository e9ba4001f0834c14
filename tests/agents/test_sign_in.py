"""Signing in on the page, and where that leads (contract 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import PASSWORD

if TYPE_CHECKING:
    from agents.models import Agent


def sign_in(client: Client, agent: Agent, path: str = "/", **fields: str) -> Any:
    given = {"email": agent.email, "password": PASSWORD, **fields}
    return client.post(path, given)


def is_signed_in(client: Client) -> bool:
    return client.get("/api/v1/me/").status_code == 200


def test_the_page_asks_for_both(client: Client, db: None) -> None:
    response = client.get("/")

    page = response.content.decode()
    assert response.status_code == 200
    assert "Email" in page
    assert "Password" in page
    assert "Sign in" in page


@pytest.mark.parametrize(
    ("who", "home"),
    [("alice", "/desk/"), ("sam", "/desk/"), ("ada", "/admin/"), ("root", "/admin/")],
)
def test_everybody_goes_where_they_work(
    client: Client, who: str, home: str, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)

    response = sign_in(client, person)

    assert (response.status_code, response["Location"]) == (302, home)
    assert client.get("/")["Location"] == home


def test_a_wrong_password_is_an_alert(client: Client, alice: Agent) -> None:
    response = sign_in(client, alice, password="wrong")

    page = response.content.decode()
    assert response.status_code == 200
    assert 'role="alert"' in page
    assert "Email or password is not right." in page
    assert "wrong" not in page.replace("not right", "")
    assert not is_signed_in(client)


def test_who_does_not_exist_is_refused_alike(client: Client, alice: Agent) -> None:
    wrong = sign_in(client, alice, password="wrong").content.decode()
    unknown = sign_in(client, alice, email="nobody@acme.example").content.decode()

    assert "Email or password is not right." in unknown
    assert wrong.count('role="alert"') == unknown.count('role="alert"')


def test_who_was_deactivated_is_refused(client: Client, alice: Agent) -> None:
    alice.is_active = False
    alice.save(update_fields=["is_active"])

    sign_in(client, alice)

    assert not is_signed_in(client)


def test_one_goes_on_to_what_one_wanted(client: Client, alice: Agent) -> None:
    asked = client.get("/desk/")
    assert asked["Location"] == "/?next=/desk/"

    response = sign_in(client, alice, asked["Location"])

    assert response["Location"] == "/desk/"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "http:evil.example",
        "%2F%2Fevil.example",
    ],
)
def test_nobody_is_led_to_another_site(
    client: Client, alice: Agent, wanted: str
) -> None:
    response = sign_in(client, alice, f"/?next={wanted}")

    assert response["Location"] == "/desk/"


def test_a_session_begins_anew(client: Client, alice: Agent, bob: Agent) -> None:
    sign_in(client, alice)
    before = client.session.session_key

    sign_in(client, bob)

    assert client.session.session_key != before
    assert client.get("/api/v1/me/").json()["id"] == bob.pk


def test_a_new_password_ends_the_session(client: Client, alice: Agent) -> None:
    sign_in(client, alice)

    alice.set_password("another-harbour-43")
    alice.save(update_fields=["password"])

    assert not is_signed_in(client)


def test_the_page_needs_its_csrf_token(alice: Agent) -> None:
    client = Client(enforce_csrf_checks=True)

    response = sign_in(client, alice)

    assert response.status_code == 403
    assert not is_signed_in(client)


@pytest.mark.parametrize("who", ["ada", "root"])
def test_the_desk_is_for_who_takes_contacts(
    client: Client, who: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))

    answer = client.get("/desk/")

    assert answer.status_code == 403
    assert 'href="/admin/"' in answer.content.decode()


def test_the_administration_shows_others_the_way(client: Client, sam: Agent) -> None:
    client.force_login(sam)

    answer = client.get("/admin/", follow=True)

    words = answer.content.decode()
    assert answer.status_code == 403
    assert "signed in as Sam (Supervisor) of Acme" in words
    assert 'href="/desk/"' in words


def test_the_desk_opens(client: Client, alice: Agent, sam: Agent) -> None:
    for person in (alice, sam):
        client.force_login(person)

        response = client.get("/desk/")

        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]


def test_the_cookie_is_kept_from_scripts(client: Client, alice: Agent) -> None:
    response = sign_in(client, alice)

    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
