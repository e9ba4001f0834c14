"""Where a chat was opened, and in which language: shown with the contact (R14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from contacts.models import Contact
from tests import steps
from tests.steps import API, client_for, for_agents, refuses

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint

PAGE = {"url": "https://shop.example/delivery?item=5", "title": "Delivery"}


def open_with(entry_point: EntryPoint, language: str = "", **body: Any) -> Any:
    return APIClient().post(
        f"{API}/chat/contacts/",
        {"entry_point": entry_point.key, **body},
        format="json",
        REMOTE_ADDR=steps.somewhere(),
        HTTP_ACCEPT_LANGUAGE=language,
    )


def shown(agent: Agent) -> Any:
    contact = Contact.objects.get()
    return client_for(agent).get(for_agents(contact)).json()


def test_page_and_language_are_shown_with_the_contact(
    alice: Agent, direct: EntryPoint
) -> None:
    steps.go_available(alice)

    assert open_with(direct, "de-AT,de;q=0.9,en;q=0.5", page=PAGE).status_code == 201

    contact = shown(alice)
    assert (contact["page"], contact["language"]) == (PAGE, "de-at")
    assert contact["spoken_language"] == "de-at"


def test_a_chat_page_of_one_language_is_what_its_customers_speak(
    alice: Agent, direct: EntryPoint
) -> None:
    steps.go_available(alice)
    direct.language = "ar"
    direct.save(update_fields=["language"])

    open_with(direct, "de-AT,de;q=0.9")

    contact = shown(alice)
    assert (contact["language"], contact["spoken_language"]) == ("de-at", "ar")


def test_without_them_there_is_nothing(alice: Agent, direct: EntryPoint) -> None:
    steps.go_available(alice)

    assert open_with(direct).status_code == 201

    contact = shown(alice)
    assert (contact["page"], contact["language"]) == (None, "")


def test_what_only_the_browser_needs_to_know_is_dropped(
    alice: Agent, direct: EntryPoint
) -> None:
    steps.go_available(alice)
    url = "https://shop.example/#token=secret"

    open_with(direct, page={"url": url, "title": "A\nShop\u202e"})

    assert shown(alice)["page"] == {"url": "https://shop.example/", "title": "A Shop"}


@pytest.mark.parametrize("language", ["*", "x" * 36, ";q=1", "\u00e4", "de, " * 900])
def test_a_strange_language_stops_nobody(direct: EntryPoint, language: str) -> None:
    sent = language.encode().decode("latin-1")

    assert open_with(direct, sent).status_code == 201

    assert Contact.objects.get().language in {"", "de"}


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "data:text/html,x", "ftp://shop.example/", "shop"),
        *("//shop.example", "https://", "https://[1", "https://sh\u200bop.example"),
        "https://shop.example/" + "x" * 2000,
    ],
)
def test_what_is_no_page_opens_nothing(direct: EntryPoint, url: str) -> None:
    response = open_with(direct, page={"url": url})

    refuses(response, 400, "invalid", errors=["page.url"])
    assert not Contact.objects.exists()


def test_who_gave_the_chat_away_does_not_see_the_page(
    alice: Agent, bob: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct, page=PAGE)
    steps.go_available(bob)
    steps.transfer(alice, chat, to=bob)

    assert shown(alice)["page"] is None
