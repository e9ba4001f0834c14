"""Sessions end when nobody uses them, and at the latest after two weeks."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents import guard, sessions
from agents.services import standing
from tests import sockets
from tests.agents.test_sessions import browser_of, is_signed_in
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from django.test import Client

    from agents.models import Agent
    from tests.stage import Later

UNAUTHORISED = 4401


def writes_of_a_request(browser: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert is_signed_in(browser)
    return sum("UPDATE" in q["sql"] and "session" in q["sql"] for q in queries)


def test_the_defaults() -> None:
    assert timedelta(days=14).total_seconds() == settings.SESSION_COOKIE_AGE
    assert timedelta(hours=12).total_seconds() == settings.SESSION_IDLE_SECONDS


def test_a_session_that_nobody_uses_ends(alice: Agent, later: Later) -> None:
    browser = browser_of(alice)

    later(hours=11, minutes=59)
    was_in_time = is_signed_in(browser)
    later(hours=12, seconds=1)

    assert was_in_time
    assert not is_signed_in(browser)


def test_a_session_in_use_ends_two_weeks_after_its_sign_in(
    alice: Agent, later: Later
) -> None:
    browser = browser_of(alice)

    for _ in range(14 * 4 - 1):
        later(hours=6)
        assert is_signed_in(browser)
    later(hours=6)

    assert not is_signed_in(browser)


def test_what_a_page_asks_for_by_itself_is_no_use(ada: Agent, later: Later) -> None:
    browser = browser_of(ada)
    for _ in range(5):
        later(hours=2)
        answer = browser.get("/admin/", headers={"X-Parley-Refresh": "1"})
        assert answer.status_code == 200

    later(hours=3)

    assert not is_signed_in(browser)


def test_signing_in_again_begins_anew(alice: Agent, later: Later) -> None:
    browser = browser_of(alice)
    for _ in range(13):
        later(hours=11)
        assert is_signed_in(browser)

    browser.post("/", {"email": alice.email, "password": PASSWORD})
    for _ in range(20):
        later(hours=11)
        assert is_signed_in(browser)


def test_the_use_of_a_session_is_not_noted_each_time(
    alice: Agent, later: Later
) -> None:
    browser = browser_of(alice)
    at_once = writes_of_a_request(browser)
    later(minutes=6)

    assert at_once == 0
    assert writes_of_a_request(browser) == 1
    assert writes_of_a_request(browser) == 0


def test_the_last_hours_are_not_noted_again_and_again(
    alice: Agent, later: Later
) -> None:
    browser = browser_of(alice)
    for _ in range(27):
        later(hours=11, minutes=59)
        assert is_signed_in(browser)
    later(hours=11)
    assert writes_of_a_request(browser) == 1
    later(minutes=30)

    assert writes_of_a_request(browser) == 0


# --- sockets --------------------------------------------------------------------
@pytest.fixture
def watchful(monkeypatch: pytest.MonkeyPatch) -> Event:
    """The guard looks often. Give what is set when it has noted a use."""
    noted, keep = Event(), sessions.keep

    def tell(*args: Any, **values: Any) -> None:
        keep(*args, **values)
        noted.set()

    monkeypatch.setattr(standing, "keep", tell)
    monkeypatch.setattr(guard, "CHECK_SECONDS", 0.05)
    return noted


def test_an_open_desk_is_a_use_of_its_session(
    alice: Agent, later: Later, watchful: Event
) -> None:
    """Who talks over the socket alone is not signed out in the middle of it."""
    browser = browser_of(alice)
    with sockets.desk_in_browser(browser) as desk:
        desk.read_until("welcome")
        for _ in range(4):
            later(hours=4)
            assert watchful.wait(sockets.PATIENCE)
            watchful.clear()

        desk.send("ping")
        assert desk.read_until("pong")
    assert is_signed_in(browser)


@pytest.mark.usefixtures("watchful")
def test_an_open_desk_ends_with_its_session_after_two_weeks(
    alice: Agent, later: Later
) -> None:
    browser = browser_of(alice)
    with sockets.desk_in_browser(browser) as desk:
        desk.read_until("welcome")
        later(days=14, seconds=1)

        assert desk.close_code() == UNAUTHORISED


@pytest.mark.usefixtures("watchful")
def test_a_socket_of_the_administration_keeps_no_session(
    ada: Agent, later: Later
) -> None:
    browser = browser_of(ada)
    with sockets.desk_in_browser(browser) as desk:
        desk.read_until("welcome")
        later(hours=11)
        desk.send("ping")
        desk.read_until("pong")
        later(hours=1, seconds=1)

        assert desk.close_code() == UNAUTHORISED
