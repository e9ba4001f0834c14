"""What an organisation gives its chat page: words, a colour, a consent."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from contacts.brand import DARK, LIGHT, palette
from contacts.models import Contact
from core import colours
from tests import steps
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint

CONSENT = "I have read the privacy notice."


def brand(ada: Agent, entry_point: EntryPoint, **values: Any) -> Any:
    return client_for(ada).patch(
        f"{API}/entry-points/{entry_point.pk}/", values, format="json"
    )


def opens(entry_point: EntryPoint, **body: Any) -> Any:
    body = {"entry_point": entry_point.key, **body}
    return APIClient().post(f"{API}/chat/contacts/", body, format="json")


# --- the colour ---------------------------------------------------------------------
@pytest.mark.parametrize("colour", ["#2454c6", "#767676", "#000000", "#0A7D33"])
def test_a_colour_is_served_as_a_stylesheet(
    ada: Agent, direct: EntryPoint, colour: str
) -> None:
    response = brand(ada, direct, colour=colour)
    assert response.status_code == 200, response.content
    assert response.json()["colour"] == colour.lower()

    sheet = Client().get(f"/chat/{direct.key}/brand.css")

    assert sheet.headers["Content-Type"] == "text/css"
    assert f"--color-accent: {colour.lower()};" in sheet.content.decode()
    page = Client().get(f"/chat/{direct.key}/").content.decode()
    assert f'href="/chat/{direct.key}/brand.css"' in page


@pytest.mark.parametrize(
    "colour",
    ["#777777", "#ffff00", "#ffffff", "red", "#fff", "#2454c6;", "2454c6", "#12345g"],
)
def test_a_colour_that_cannot_be_read_is_refused(
    ada: Agent, direct: EntryPoint, colour: str
) -> None:
    response = brand(ada, direct, colour=colour)

    refuses(response, 400, "invalid", errors=["colour"])
    direct.refresh_from_db()
    assert direct.colour == ""


def test_the_refusal_names_a_colour_that_would_do(
    ada: Agent, direct: EntryPoint
) -> None:
    [sentence] = brand(ada, direct, colour="#ffcc00").json()["errors"]["colour"]
    darker = re.findall(r"#[0-9a-f]{6}", sentence)[-1]

    assert brand(ada, direct, colour=darker).status_code == 200


@settings(max_examples=40, deadline=None)
@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_whatever_is_made_of_a_colour_can_be_read(parts: tuple[int, int, int]) -> None:
    colour = colours.readable(
        "#{:02x}{:02x}{:02x}".format(*parts), colours.WHITE, towards=colours.BLACK
    )

    made = palette(colour)

    assert colours.contrast(made["accent"], colours.WHITE) >= 4.5
    assert colours.contrast(made["accent-hover"], colours.WHITE) >= 4.5
    light, dark = re.findall(r"#[0-9a-f]{6}", made["accent-text"])
    soft, dark_soft = re.findall(r"#[0-9a-f]{6}", made["accent-soft"])
    for text, grounds in ((light, (*LIGHT, soft)), (dark, (*DARK, dark_soft))):
        assert all(colours.contrast(text, ground) >= 4.5 for ground in grounds)


def test_a_page_without_a_colour_has_no_stylesheet_of_its_own(
    direct: EntryPoint,
) -> None:
    assert "brand.css" not in Client().get("/chat/direct/").content.decode()
    assert Client().get("/chat/nobody/brand.css").status_code == 404


# --- words and links ----------------------------------------------------------------
def test_the_page_has_the_words(ada: Agent, direct: EntryPoint) -> None:
    values = {"farewell": "Bye ☂", "privacy_url": "https://acme.example/privacy"}
    assert brand(ada, direct, **values).status_code == 200

    answer = APIClient().get(f"{API}/chat/entry-points/direct/").json()

    assert {name: answer[name] for name in values} == values
    assert "Bye ☂" in Client().get("/chat/direct/").content.decode()


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://acme.example/", "privacy", "data:text/x,"]
)
def test_a_privacy_notice_is_a_web_page(
    ada: Agent, direct: EntryPoint, address: str
) -> None:
    response = brand(ada, direct, privacy_url=address)

    refuses(response, 400, "invalid", errors=["privacy_url"])
    direct.refresh_from_db()
    assert direct.privacy_url == ""


# --- consent --------------------------------------------------------------------------
@pytest.mark.parametrize("body", [{}, {"consent": False}])
def test_without_consent_nothing_is_opened(
    ada: Agent, direct: EntryPoint, body: Any
) -> None:
    brand(ada, direct, consent_text=CONSENT)

    response = opens(direct, **body)

    refuses(response, 400, "invalid", errors=["consent"])
    assert not Contact.objects.exists()


def test_consent_is_kept_in_the_words_of_its_time(
    ada: Agent, alice: Agent, direct: EntryPoint
) -> None:
    brand(ada, direct, consent_text=CONSENT)
    steps.go_available(alice)
    chat = steps.open_chat(direct, consent=True)
    steps.accept(alice, chat)

    brand(ada, direct, consent_text="Something else.")

    consent = client_for(alice).get(steps.for_agents(chat)).json()["consent"]
    assert consent["text"] == CONSENT
    assert datetime.fromisoformat(consent["at"]) == chat.contact.opened_at


def test_who_is_not_asked_has_consented_to_nothing(
    alice: Agent, direct: EntryPoint
) -> None:
    steps.go_available(alice)
    chat = steps.open_chat(direct, consent=True)
    steps.accept(alice, chat)

    assert client_for(alice).get(steps.for_agents(chat)).json()["consent"] is None
