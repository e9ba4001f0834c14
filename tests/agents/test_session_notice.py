"""Before a session ends its page knows, and one press puts that off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from agents.authentication import PERSON
from agents.models import Agent
from tests.agents.test_sessions import browser_of, is_signed_in
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from queues.models import EntryPoint
    from tests.stage import Later

ADDRESS = "/session/"
HOURS = 3600
NOTICE = 'data-session-end="/session/"'


def left(browser: Client, **headers: str) -> dict[str, Any]:
    """Return what a page is told when it asks."""
    answer = browser.get(ADDRESS, headers=headers)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def test_a_page_knows_how_long_its_session_lasts(alice: Agent, later: Later) -> None:
    browser = browser_of(alice)
    at_first = left(browser)
    later(hours=11, minutes=58)

    assert 12 * HOURS - 5 <= at_first["seconds_left"] <= 12 * HOURS
    assert at_first["may_stay"]
    assert 115 <= left(browser)["seconds_left"] <= 120


def test_asking_is_no_use_of_the_session(alice: Agent, later: Later) -> None:
    browser = browser_of(alice)
    for _ in range(11):
        later(hours=1)
        left(browser)
    later(hours=1, seconds=1)

    assert browser.get(ADDRESS).status_code == 401
    assert not is_signed_in(browser)


def test_one_press_puts_the_end_off_as_often_as_wanted(
    alice: Agent, later: Later
) -> None:
    browser = browser_of(alice)
    for _ in range(5):
        later(hours=11, minutes=59)
        answer = browser.post(ADDRESS)
        assert answer.status_code == 200
        assert 12 * HOURS - 5 <= answer.json()["seconds_left"] <= 12 * HOURS
        assert left(browser) == answer.json()

    assert is_signed_in(browser)


def test_a_press_counts_just_after_another_use(
    alice: Agent, later: Later, settings: Any
) -> None:
    """A limit of minutes is shorter than the pause between notes of uses."""
    settings.SESSION_IDLE_SECONDS = 60
    browser = browser_of(alice)
    later(seconds=50)

    assert browser.post(ADDRESS).json()["seconds_left"] >= 59

    later(seconds=50)
    assert is_signed_in(browser)


def test_the_longest_time_is_not_put_off(alice: Agent, later: Later) -> None:
    browser = browser_of(alice)
    for _ in range(28 - 1):
        later(hours=12, minutes=-1)
        assert browser.post(ADDRESS).json()["may_stay"]
    later(hours=12, minutes=-1)

    told = browser.post(ADDRESS).json()

    assert (
        told
        == left(browser)
        == {"seconds_left": pytest.approx(28 * 60, abs=5), "may_stay": False}
    )
    later(seconds=told["seconds_left"] + 2)
    assert browser.post(ADDRESS).status_code == 401
    assert not is_signed_in(browser)


def test_what_has_ended_is_not_put_off(alice: Agent, later: Later) -> None:
    browser = browser_of(alice)
    later(hours=12, seconds=1)

    answers = [browser.get(ADDRESS), browser.post(ADDRESS), Client().post(ADDRESS)]

    for answer in answers:
        assert answer.status_code == 401
        assert answer.json()["code"] == "not_authenticated"
    assert not is_signed_in(browser)


def test_a_page_of_somebody_else_puts_nothing_off(
    alice: Agent, bob: Agent, later: Later
) -> None:
    browser = browser_of(alice)
    later(hours=11)

    answers = [
        browser.get(ADDRESS, headers={PERSON: str(bob.pk)}),
        browser.post(ADDRESS, headers={PERSON: str(bob.pk)}),
    ]

    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (409, "other_person")
    assert left(browser, **{PERSON: str(alice.pk)})["seconds_left"] <= HOURS


def test_a_session_puts_off_no_other(alice: Agent, later: Later) -> None:
    one, other = browser_of(alice), browser_of(alice)
    later(hours=11)

    one.post(ADDRESS)

    assert left(other)["seconds_left"] <= HOURS


def test_a_refused_press_puts_nothing_off(alice: Agent, later: Later) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get("/")
    token = browser.cookies["csrftoken"].value
    browser.post(
        "/",
        {
            "email": alice.email,
            "password": PASSWORD,
            "csrfmiddlewaretoken": token,
        },
    )
    later(hours=11)

    refused = browser.post(ADDRESS)

    assert refused.status_code == 403
    assert left(browser)["seconds_left"] <= HOURS
    token = browser.cookies["csrftoken"].value
    heard = browser.post(ADDRESS, headers={"X-CSRFToken": token})
    assert heard.json()["seconds_left"] > 11 * HOURS


# --- pages ------------------------------------------------------------------------
PAGES = {
    "alice": ["/desk/", "/password/", "/second-factor/", "/feedback/"],
    "sam": ["/floor/", "/reports/", "/reports/views/", "/reports/quality/"],
    "ada": [
        "/admin/",
        "/admin/agents/team/add/",
        "/admin/contacts/contact/",
        "/reports/what-if/",
    ],
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_behind_a_sign_in_has_the_notice(
    name: str, request: pytest.FixtureRequest
) -> None:
    person: Agent = request.getfixturevalue(name)
    browser = browser_of(person)
    for path in PAGES[name]:
        page = browser.get(path).content.decode()

        assert page.count(NOTICE) == 1, path
        assert f'data-person="{person.pk}"' in page
        assert 'data-warned="180"' in page


def test_a_page_begins_with_the_seconds_that_are_left(ada: Agent, later: Later) -> None:
    browser = browser_of(ada)
    later(hours=10)

    page = browser.get("/admin/", headers={"X-Parley-Refresh": "1"}).content.decode()

    assert f'data-seconds="{2 * HOURS - 1}"' in page or f'"{2 * HOURS}"' in page


def test_of_a_short_limit_half_is_told(ada: Agent, settings: Any) -> None:
    settings.SESSION_IDLE_SECONDS = 60

    assert 'data-warned="30' in browser_of(ada).get("/admin/").content.decode()


def test_pages_for_everybody_have_none(alice: Agent, direct: EntryPoint) -> None:
    nobody, somebody = Client(), browser_of(alice)
    pages = [
        nobody.get("/"),
        nobody.get(f"/chat/{direct.key}/"),
        somebody.get(f"/chat/{direct.key}/"),
        somebody.get("/chat/unknown/"),
    ]

    for page in pages:
        assert "session_end" not in page.content.decode()
