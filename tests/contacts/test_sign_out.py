"""An agent signs out (domain 4.3, E22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from tests import steps
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.steps import Chat


def sign_out(agent: Agent) -> Any:
    return client_for(agent).post(f"{API}/me/sign-out/")


def browser_of(agent: Agent) -> APIClient:
    client = APIClient()
    client.force_login(agent)
    return client


@pytest.mark.parametrize("choose", [steps.go_available, steps.go_idle])
def test_signing_out_makes_offline(alice: Agent, choose: Any) -> None:
    choose(alice)

    response = sign_out(alice)

    assert response.status_code == 204
    alice.refresh_from_db()
    assert (alice.state, alice.idle_code) == ("offline", None)


def test_signing_out_twice_is_harmless(alice: Agent) -> None:
    steps.go_available(alice)
    sign_out(alice)

    assert sign_out(alice).status_code == 204


def test_the_browsers_session_ends(alice: Agent) -> None:
    browser = browser_of(alice)
    assert browser.get(f"{API}/me/").status_code == 200

    assert browser.post(f"{API}/me/sign-out/").status_code == 204

    refuses(browser.get(f"{API}/me/"), 401, "not_authenticated")


def test_a_token_lives_until_it_is_deleted(alice: Agent) -> None:
    client = client_for(alice)

    client.post(f"{API}/me/sign-out/")

    assert client.get(f"{API}/me/").status_code == 200


@pytest.mark.parametrize("story", ["offered", "talking", "ended"])
def test_nobody_signs_out_with_contacts_in_hand(
    alice: Agent, story: str, request: pytest.FixtureRequest
) -> None:
    chat: Chat = request.getfixturevalue(story)
    before = chat.contact.state
    browser = browser_of(alice)

    response = browser.post(f"{API}/me/sign-out/")

    refuses(response, 409, "live_assignments")
    alice.refresh_from_db()
    assert alice.state == "available"
    assert chat.contact.state == before
    assert browser.get(f"{API}/me/").status_code == 200


@pytest.mark.usefixtures("done")
def test_one_signs_out_when_all_is_wrapped_up(alice: Agent) -> None:
    assert sign_out(alice).status_code == 204


def test_administrators_sign_out_too(ada: Agent) -> None:
    browser = browser_of(ada)

    assert browser.post(f"{API}/me/sign-out/").status_code == 204

    refuses(browser.get(f"{API}/me/"), 401, "not_authenticated")


def test_looking_is_not_signing_out(alice: Agent) -> None:
    browser = browser_of(alice)

    refuses(browser.get(f"{API}/me/sign-out/"), 405, "method_not_allowed")

    assert browser.get(f"{API}/me/").status_code == 200


def test_another_site_signs_nobody_out(alice: Agent) -> None:
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(alice)
    steps.go_available(alice)

    response = browser.post(f"{API}/me/sign-out/")

    refuses(response, 403, "forbidden")
    alice.refresh_from_db()
    assert alice.state == "available"
