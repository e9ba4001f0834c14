"""Two people in one browser: what one clicked is never done as the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from agents.models import Agent, AgentState, Team
from tests import sockets
from tests.agents.test_sessions import browser_of
from tests.factories import PASSWORD
from tests.steps import API, PROBLEM, client_for

if TYPE_CHECKING:
    from queues.models import EntryPoint

PERSON = "X-Parley-Person"
UNAUTHORISED = 4401


@pytest.fixture
def bobs(alice: Agent, bob: Agent) -> Client:
    """The browser in which Alice was signed in, and then Bob."""
    browser = browser_of(alice)
    browser.post("/?again=1", {"email": bob.email, "password": PASSWORD})
    assert browser.get(f"{API}/me/").json()["id"] == bob.pk
    return browser


def ask(browser: Client, method: str, path: str, agent: Agent, body: Any = None) -> Any:
    """Ask as the page of this agent does."""
    return browser.generic(
        method,
        f"{API}/{path}",
        body or "",
        content_type="application/json",
        headers={PERSON: str(agent.pk)},
    )


def test_answers_name_the_person(alice: Agent, direct: EntryPoint) -> None:
    browser = browser_of(alice)

    answers = [
        browser.get(f"{API}/me/"),
        browser.get(f"{API}/contacts/unknown/"),
        browser.post(f"{API}/me/sign-out/"),
        client_for(alice).get(f"{API}/me/"),
    ]
    of_nobody = [
        Client().get(f"{API}/me/"),
        Client().get(f"{API}/chat/entry-points/direct/"),
    ]

    named = [answer.headers.get(PERSON) for answer in answers]
    assert named == [str(alice.pk), None, str(alice.pk), str(alice.pk)]
    assert [answer.headers.get(PERSON) for answer in of_nobody] == [None, None]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "me/state/", '{"state": "available"}'),
        ("POST", "me/sign-out/", None),
        ("GET", "me/cards/", None),
        ("GET", "me/", None),
    ],
)
def test_what_alices_page_asks_is_not_done_as_bob(
    bobs: Client, alice: Agent, bob: Agent, method: str, path: str, body: str | None
) -> None:
    answer = ask(bobs, method, path, alice, body)

    assert (answer.status_code, answer.json()["code"]) == (409, "other_person")
    assert answer["Content-Type"] == PROBLEM
    assert answer[PERSON] == str(bob.pk)
    assert set(Agent.objects.values_list("state", flat=True)) == {AgentState.OFFLINE}
    assert ask(bobs, method, path, bob, body).status_code in {200, 204}


def test_nor_is_a_setting_stored(ada: Agent, alice: Agent) -> None:
    browser = browser_of(ada)

    answer = ask(browser, "POST", "teams/", alice, '{"name": "Night"}')

    assert (answer.status_code, answer.json()["code"]) == (409, "other_person")
    assert not Team.objects.filter(name="Night").exists()


def test_a_page_whose_person_is_signed_out_is_told(alice: Agent) -> None:
    browser = browser_of(alice)
    browser.post(f"{API}/me/sign-out/")

    answer = ask(browser, "PUT", "me/state/", alice, '{"state": "available"}')

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_alices_desk_does_not_open_as_bobs(
    bobs: Client, alice: Agent, bob: Agent
) -> None:
    def desk(of: Agent) -> Any:
        return sockets.opened(
            f"/ws/desk/?person={of.pk}",
            cookie=sockets.cookie_of(bobs),
            origin=sockets.ORIGIN,
        )

    with desk(alice) as refused:
        assert refused.close_code() == UNAUTHORISED
    bob.refresh_from_db()
    assert bob.state == AgentState.OFFLINE
    with desk(bob) as opened:
        assert opened.read_until("welcome")["me"]["id"] == bob.pk


def test_another_person_may_sign_in_in_a_browser(alice: Agent) -> None:
    browser = browser_of(alice)

    usual, asked = browser.get("/"), browser.get("/?again=1")

    assert usual.status_code == 302
    assert asked.status_code == 200
    assert 'name="password"' in asked.content.decode()


def test_a_form_of_one_administrator_is_not_stored_as_another(
    ada: Agent, greta: Agent
) -> None:
    """A form that was open when somebody else signed in says who that is."""
    browser = Client(enforce_csrf_checks=True)

    def sign_in(person: Agent) -> None:
        browser.get("/?again=1")
        browser.post(
            "/?again=1",
            {"email": person.email, "password": PASSWORD, **token(browser)},
        )

    sign_in(ada)
    browser.get("/admin/agents/team/add/")
    form = {"name": "Night", **token(browser)}
    sign_in(greta)

    answer = browser.post("/admin/agents/team/add/", form)

    assert answer.status_code == 403
    content = answer.content.decode()
    assert f"{greta.display_name} is signed in now" in content
    assert "Nothing was stored" in content
    assert not Team.objects.filter(name="Night").exists()


def token(browser: Client) -> dict[str, str]:
    return {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
