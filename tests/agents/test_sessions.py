"""Signing in and out in the browser; sockets end with what they were opened with."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import InterfaceError
from django.test import Client

from agents import guard
from agents.models import AccessToken, Agent
from agents.services import people, standing
from agents.sessions import SessionStore
from core import clock, realtime
from tests import sockets
from tests.factories import PASSWORD
from tests.steps import API, client_for, token_of, with_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import Organisation

UNAUTHORISED = 4401


def browser_of(agent: Agent) -> Client:
    """Return a browser in which the person has signed in."""
    client = Client()
    client.post("/", {"email": agent.email, "password": PASSWORD})
    assert is_signed_in(client)
    return client


def is_signed_in(client: Client) -> bool:
    return bool(client.get(f"{API}/me/").status_code == 200)


# --- sessions -----------------------------------------------------------------
def test_signing_in_makes_a_new_session(alice: Agent) -> None:
    client = Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key

    client.post("/", {"email": alice.email, "password": PASSWORD})

    assert is_signed_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert not Client(
        headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={before}"}
    ).session.keys()


def test_what_is_stored_of_a_session_opens_nothing(alice: Agent) -> None:
    client = browser_of(alice)
    name = settings.SESSION_COOKIE_NAME
    key = client.cookies[name].value

    stored = Session.objects.values_list("session_key", flat=True).get()

    assert stored != key
    thief = Client(headers={"cookie": f"{name}={stored}"})
    assert thief.get(f"{API}/me/").status_code == 401
    assert is_signed_in(client)


def test_async_code_keeps_sessions_the_same_way(db: None) -> None:
    session = SessionStore()
    session["said"] = "hello"

    async_to_sync(session.asave)()

    key = session.session_key or ""
    assert Session.objects.get().session_key != key
    assert async_to_sync(SessionStore(key).aget)("said") == "hello"
    assert async_to_sync(session.aexists)(key)
    async_to_sync(session.adelete)()
    assert not Session.objects.exists()


def test_signing_out_is_a_post(alice: Agent, ada: Agent) -> None:
    client, admin = browser_of(alice), browser_of(ada)

    answers = [client.get(f"{API}/me/sign-out/"), admin.get("/admin/logout/")]

    assert [answer.status_code for answer in answers] == [405, 405]
    assert is_signed_in(client)
    assert is_signed_in(admin)


def test_signing_out_ends_the_session(alice: Agent, ada: Agent) -> None:
    client, admin = browser_of(alice), browser_of(ada)

    client.post(f"{API}/me/sign-out/")
    admin.post("/admin/logout/")

    assert not is_signed_in(client)
    assert not is_signed_in(admin)


def deactivate(agent: Agent) -> None:
    change(agent, is_active=False)


def promote(agent: Agent) -> None:
    change(agent, role="supervisor")


def give_password(agent: Agent) -> None:
    agent = Agent.objects.get(pk=agent.pk)
    people.set_password(agent, password="another-quiet-harbour")


def change(agent: Agent, **values: Any) -> None:
    agent = Agent.objects.get(pk=agent.pk)
    for name, value in values.items():
        setattr(agent, name, value)
    people.save(agent, changed=values.keys(), now=clock.now())


ENDS = [deactivate, promote, give_password]


@pytest.mark.parametrize("happens", ENDS)
def test_what_ends_sessions_and_tokens(
    alice: Agent, happens: Callable[[Agent], None]
) -> None:
    browser, program = browser_of(alice), client_for(alice)

    happens(alice)

    assert not is_signed_in(browser)
    assert program.get(f"{API}/me/").status_code == 401


def test_a_new_name_ends_nothing(alice: Agent) -> None:
    browser, program = browser_of(alice), client_for(alice)

    change(alice, display_name="Alicia")

    assert is_signed_in(browser)
    assert program.get(f"{API}/me/").status_code == 200


def test_who_is_active_again_must_sign_in_again(alice: Agent) -> None:
    browser = browser_of(alice)

    deactivate(alice)
    change(alice, is_active=True)

    assert not is_signed_in(browser)


# --- sockets --------------------------------------------------------------------
@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """No event reaches a socket: the guard alone closes it, and looks often."""
    monkeypatch.setattr(realtime, "publish", lambda *args, **kwargs: None)
    monkeypatch.setattr(realtime, "close", lambda **kwargs: None)
    monkeypatch.setattr(guard, "CHECK_SECONDS", 0.05)


def test_the_guard_looks_often_enough() -> None:
    assert guard.CHECK_SECONDS <= 4


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize("error", [InterfaceError("gone"), RuntimeError("a fault")])
def test_the_guard_goes_on_whatever_fails(
    alice: Agent, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    ended, has_failed = standing.ended, Event()
    failures = iter([error] * 4)

    def fails_at_first(*args: Any, **values: Any) -> Any:
        for failure in failures:
            raise failure
        has_failed.set()
        return ended(*args, **values)

    monkeypatch.setattr(standing, "ended", fails_at_first)
    with sockets.desk_with_token(token_of(alice)) as program:
        program.read_until("welcome")
        assert has_failed.wait(sockets.PATIENCE)
        deactivate(alice)

        assert program.close_code() == UNAUTHORISED
        sockets.errors.records.clear()


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize("happens", ENDS)
def test_sockets_end_with_the_right_to_them(
    alice: Agent, happens: Callable[[Agent], None]
) -> None:
    browser = browser_of(alice)

    with sockets.desk_in_browser(browser) as page:
        page.read_until("welcome")
        happens(alice)
        code = page.close_code()
    with sockets.desk_in_browser(browser) as again:
        refused = again.close_code()

    assert (code, refused) == (UNAUTHORISED, UNAUTHORISED)


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize("happens", ENDS)
def test_sockets_of_programs_end_with_the_right_to_them(
    alice: Agent, happens: Callable[[Agent], None]
) -> None:
    with sockets.desk_with_token(token_of(alice)) as program:
        program.read_until("welcome")
        happens(alice)

        assert program.close_code() == UNAUTHORISED


@pytest.mark.usefixtures("deaf")
def test_a_revoked_token_closes_its_sockets_and_no_others(alice: Agent) -> None:
    revoked, kept = token_of(alice), token_of(alice)

    with (
        sockets.desk_with_token(revoked) as one,
        sockets.desk_with_token(kept) as other,
    ):
        one.read_until("welcome")
        other.read_until("welcome")
        with_token(revoked).delete(f"{API}/auth/token/")

        assert one.close_code() == UNAUTHORISED
        other.send("ping")
        assert other.read_until("pong")


@pytest.mark.usefixtures("deaf")
def test_an_expired_token_closes_its_sockets(alice: Agent) -> None:
    with sockets.desk_with_token(token_of(alice)) as program:
        program.read_until("welcome")
        AccessToken.objects.update(expires_at=clock.now())

        assert program.close_code() == UNAUTHORISED


@pytest.mark.usefixtures("deaf")
def test_signing_out_in_one_tab_closes_the_others(alice: Agent) -> None:
    browser = browser_of(alice)

    with sockets.desk_in_browser(browser) as page:
        page.read_until("welcome")
        assert browser.post(f"{API}/me/sign-out/").status_code == 204

        assert page.close_code() == UNAUTHORISED


@pytest.mark.usefixtures("deaf")
def test_signing_out_of_the_admin_closes_sockets_of_the_session(ada: Agent) -> None:
    browser = browser_of(ada)

    with sockets.desk_in_browser(browser) as page:
        page.read_until("welcome")
        browser.post("/admin/logout/")

        assert page.close_code() == UNAUTHORISED


@pytest.mark.usefixtures("deaf")
def test_who_may_stay_stays(alice: Agent, acme: Organisation) -> None:
    with sockets.desk_with_token(token_of(alice)) as program:
        program.read_until("welcome")
        change(alice, display_name="Alicia")
        acme.name = "Acme Limited"
        acme.save(update_fields=["name"])
        for _ in range(3):
            program.send("ping")

            assert program.read_until("pong")


def test_with_events_a_socket_closes_at_once(alice: Agent) -> None:
    with sockets.desk_with_token(token_of(alice)) as program:
        program.read_until("welcome")
        deactivate(alice)

        assert program.close_code() == UNAUTHORISED
