"""One's own password: on a page and over REST, by who knows the present one."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client

from agents.models import Agent, AuditEntry
from agents.services import api_tokens
from core import clock
from tests import sockets
from tests.agents.test_sessions import browser_of, is_signed_in
from tests.factories import PASSWORD
from tests.steps import API, client_for, refuses, token_of, with_token

if TYPE_CHECKING:
    from collections.abc import Callable

NEW = "another-harbour-43"
PAGE, REST = "/password/", f"{API}/me/password/"
UNAUTHORISED = 4401


def by_page(browser: Client, current: str, new: str) -> Any:
    body = {"current": current, "new": new, "again": new}
    return browser.post(PAGE, body)


def by_rest(browser: Client, current: str, new: str) -> Any:
    body = {"current": current, "new": new}
    return browser.post(REST, body, content_type="application/json")


def is_password(agent: Agent, password: str) -> bool:
    agent.refresh_from_db()
    return agent.check_password(password)


ways = pytest.mark.parametrize(
    ("change", "status"), [(by_page, 200), (by_rest, 204)], ids=["page", "rest"]
)


@ways
def test_a_new_password_ends_all_but_this_browser(
    alice: Agent, change: Callable[[Client, str, str], Any], status: int
) -> None:
    browser, elsewhere, program = browser_of(alice), browser_of(alice), token_of(alice)

    with sockets.desk_in_browser(elsewhere) as desk:
        desk.read_until("welcome")
        answer = change(browser, PASSWORD, NEW)

        assert desk.close_code() == UNAUTHORISED
    assert answer.status_code == status
    assert is_password(alice, NEW)
    assert is_signed_in(browser)
    assert not is_signed_in(elsewhere)
    refuses(with_token(program).get(f"{API}/me/"), 401, "bad_token")


@ways
@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        ("not-the-password", NEW, "current"),
        (PASSWORD, "short", "new"),
        (PASSWORD, "password123", "new"),
        (PASSWORD, PASSWORD, "new"),
        (PASSWORD, "", "new"),
        ("", NEW, "current"),
    ],
)
def test_what_is_refused_changes_nothing(
    alice: Agent,
    change: Callable[[Client, str, str], Any],
    status: int,
    current: str,
    new: str,
    field: str,
) -> None:
    browser, program = browser_of(alice), token_of(alice)

    answer = change(browser, current, new)

    assert answer.status_code == 400
    if change is by_rest:
        assert set(answer.json()["errors"]) == {field}
    else:
        assert f'id="id_{field}-error"' in answer.content.decode()
    assert is_password(alice, PASSWORD)
    assert is_signed_in(browser)
    assert with_token(program).get(f"{API}/me/").status_code == 200


def test_what_is_typed_twice_must_be_the_same(alice: Agent) -> None:
    browser = browser_of(alice)

    answer = browser.post(PAGE, {"current": PASSWORD, "new": NEW, "again": NEW + "4"})

    assert answer.status_code == 400
    assert "This is not the same." in answer.content.decode()
    assert is_password(alice, PASSWORD)


@ways
def test_guesses_are_limited_as_sign_ins_are(
    alice: Agent, change: Callable[[Client, str, str], Any], status: int
) -> None:
    browser = browser_of(alice)
    for _ in range(10):
        assert change(browser, "not-the-password", NEW).status_code == 400

    answer = change(browser, PASSWORD, NEW)

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert is_password(alice, PASSWORD)
    sign_in = Client().post("/", {"email": alice.email, "password": PASSWORD})
    assert sign_in.status_code == 429
    assert AuditEntry.objects.filter(action="locked_out").count() == 1


def test_a_right_password_is_no_guess(alice: Agent) -> None:
    browser, passwords = browser_of(alice), [PASSWORD, NEW] * 8
    for current, new in itertools.pairwise(passwords):
        assert by_rest(browser, current, new).status_code == 204


def test_whoever_has_a_token_of_a_sign_in_may(alice: Agent) -> None:
    program, other = client_for(alice), client_for(alice)

    answer = program.post(REST, {"current": PASSWORD, "new": NEW}, format="json")

    assert answer.status_code == 204
    assert is_password(alice, NEW)
    assert program.get(f"{API}/me/").status_code == 200
    refuses(other.get(f"{API}/me/"), 401, "bad_token")


def test_programs_may_not(alice: Agent, ada: Agent) -> None:
    _, secret = api_tokens.create(
        agent=alice,
        name="Wallboard",
        scopes=["read", "converse", "configure"],
        by=ada,
        now=clock.now(),
    )

    answer = with_token(secret).post(
        REST, {"current": PASSWORD, "new": NEW}, format="json"
    )

    refuses(answer, 403, "scope")
    assert is_password(alice, PASSWORD)


@pytest.mark.parametrize("who", ["alice", "sam", "ada", "root"])
def test_everybody_has_the_page(who: str, request: pytest.FixtureRequest) -> None:
    if who == "root":
        request.getfixturevalue("db")
        person = Agent.objects.create_superuser("root@parley.example", PASSWORD)
    else:
        person = request.getfixturevalue(who)
    browser = Client()
    browser.post("/", {"email": person.email, "password": PASSWORD})

    home = browser.get("/", follow=True).content.decode()
    answer = by_page(browser, PASSWORD, NEW)

    assert f'href="{PAGE}"' in home
    assert answer.status_code == 200
    assert is_password(person, NEW)


def test_who_is_not_signed_in_has_no_page(db: None) -> None:
    assert Client().get(PAGE)["Location"].startswith("/?next=")
    assert Client().post(REST).status_code == 401


def test_the_old_address_leads_to_the_page(ada: Agent) -> None:
    answer = browser_of(ada).get("/admin/password_change/")

    assert (answer.status_code, answer["Location"]) == (302, PAGE)


@pytest.mark.django_db(transaction=True)
@ways
def test_nobody_hashes_with_a_database_connection(
    alice: Agent,
    change: Callable[[Client, str, str], Any],
    status: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser, held = browser_of(alice), []
    encode = MD5PasswordHasher.encode

    def note(self: MD5PasswordHasher, password: str, salt: str) -> str:
        held.append(connection.connection is not None)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", note)

    assert change(browser, PASSWORD, NEW).status_code == status
    assert held
    assert not any(held)
