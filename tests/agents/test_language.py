"""Which language a page speaks: a person's own, an entry point's, or the browser's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from agents.models import Agent, AuditAction, AuditEntry
from agents.services import api_tokens
from core import clock
from tests import sockets
from tests.agents.test_sessions import browser_of
from tests.steps import API, client_for, refuses, with_token

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from queues.models import EntryPoint

GERMAN = {"accept-language": "de-AT, en;q=0.5"}
ME = f"{API}/me/"


def speaks(page: HttpResponseBase, language: str, direction: str = "ltr") -> bool:
    """Whether a page says that it speaks a language, in all places where it does."""
    words = f'lang="{language}" dir="{direction}"'
    return page["Content-Language"] == language and words in page.text  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("de-AT, en;q=0.5", "de"),
        ("ar-EG", "ar"),
        ("fr, pt;q=0.9", "en"),
        ("fr, de;q=0.3", "de"),
        ("*", "en"),
        ("; ;;=", "en"),
        ("", "en"),
    ],
)
def test_the_sign_in_page_speaks_as_the_browser(
    client: Client, asked: str, spoken: str
) -> None:
    page = client.get("/", headers={"accept-language": asked})

    assert speaks(page, spoken, "rtl" if spoken == "ar" else "ltr")
    assert "Accept-Language" in page["Vary"]


def test_the_desk_speaks_as_its_person_has_chosen(alice: Agent) -> None:
    browser = browser_of(alice)
    assert speaks(browser.get("/desk/", headers=GERMAN), "de")

    answer = browser.patch(ME, {"language": "ar"}, content_type="application/json")

    assert (answer.status_code, answer.json()["language"]) == (200, "ar")
    assert speaks(browser.get("/desk/", headers=GERMAN), "ar", "rtl")
    browser.patch(ME, {"language": ""}, content_type="application/json")
    assert speaks(browser.get("/desk/", headers=GERMAN), "de")


@pytest.mark.parametrize("language", ["fr", "DE", None, 1])
def test_what_is_not_spoken_is_refused(alice: Agent, language: object) -> None:
    response = client_for(alice).patch(ME, {"language": language})

    refuses(response, 400, "invalid", errors=["language"])
    alice.refresh_from_db()
    assert alice.language == ""
    assert not AuditEntry.objects.filter(action=AuditAction.CHANGED).exists()


def test_a_program_chooses_no_language(alice: Agent, ada: Agent) -> None:
    _, secret = api_tokens.create(
        agent=alice,
        name="Robot",
        scopes=["read", "converse"],
        by=ada,
        now=clock.now(),
    )

    response = with_token(secret).patch(ME, {"language": "de"})

    refuses(response, 403, "scope")
    alice.refresh_from_db()
    assert alice.language == ""


def test_a_choice_without_a_script_leads_back(ada: Agent) -> None:
    browser = browser_of(ada)

    answer = browser.post("/language/", {"language": "de", "next": "/admin/?a=1"})

    assert (answer.status_code, answer["Location"]) == (302, "/admin/?a=1")
    assert speaks(browser.get("/admin/"), "de")
    [entry] = AuditEntry.objects.filter(action=AuditAction.CHANGED)
    assert entry.actor_name == ada.display_name


def test_a_choice_leads_to_no_other_site(ada: Agent) -> None:
    browser = browser_of(ada)

    answer = browser.post("/language/", {"language": "fr", "next": "//evil.example/"})

    assert answer["Location"] == "/admin/"
    ada.refresh_from_db()
    assert ada.language == ""


def test_a_second_factor_is_set_up_in_the_own_language(alice: Agent) -> None:
    alice.language = "ar"
    alice.save(update_fields=["language"])

    assert speaks(browser_of(alice).get("/second-factor/"), "ar", "rtl")


def test_a_chat_page_speaks_as_its_entry_point(
    client: Client, alice: Agent, direct: EntryPoint
) -> None:
    assert speaks(client.get("/chat/direct/", headers=GERMAN), "de")

    direct.language = "ar"
    direct.save(update_fields=["language"])

    assert speaks(client.get("/chat/direct/", headers=GERMAN), "ar", "rtl")
    alice.language = "en"
    alice.save(update_fields=["language"])
    assert speaks(browser_of(alice).get("/chat/direct/", headers=GERMAN), "ar", "rtl")
    answer = client.get(f"{API}/chat/entry-points/direct/", headers=GERMAN)
    assert answer.json()["language"] == "ar"
    assert answer["Content-Language"] == "de"


def test_programs_hear_what_they_ask_for(alice: Agent) -> None:
    alice.language = "ar"
    alice.save(update_fields=["language"])

    answer = client_for(alice).get(ME, headers=GERMAN)

    assert answer["Content-Language"] == "de"


def test_a_socket_speaks_as_the_page_that_opens_it(alice: Agent) -> None:
    cookie = sockets.cookie_of(browser_of(alice))
    heard = []
    for address in ("/ws/desk/", "/ws/desk/?language=de"):
        with sockets.opened(address, cookie=cookie, origin=sockets.ORIGIN) as desk:
            desk.read_until("welcome")
            desk.send("send", client_id="1", text="Hello")
            heard.append(desk.read_until("error"))

    english, german = heard
    assert english["code"] == german["code"] == "invalid"
    assert english["errors"]["contact"] == ["This field is required."]
    assert german["errors"]["contact"] == ["Dieses Feld muss ausgefüllt werden."]
