"""A line names the articles that it is taken from, to everybody who reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contacts.models import Contact
from contacts.services import assisting, conversation
from contacts.services.assisting import Source
from core import clock
from tests import steps
from tests.administration.pages.site import page
from tests.steps import client_for, customer_of, for_agents, for_customers

if TYPE_CHECKING:
    from django.test import Client

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.steps import Chat

SOURCES = [
    {"article": 7, "title": "Delivery times"},
    {"article": 9, "title": "Costs & <taxes>"},
]


@pytest.fixture
def chat(front: EntryPoint) -> Chat:
    """Dora's chat, in which the assistant has named its sources."""
    chat = steps.open_chat(front, customer={"name": "Dora"})
    line = assisting.line(
        chat.contact,
        "Three days.",
        client_id="one",
        sources=[Source(7, "Delivery times"), Source(9, "Costs & <taxes>")],
    )
    conversation.append([line], now=clock.now())
    return chat


def test_everybody_reads_the_sources(chat: Chat, ada: Agent) -> None:
    for client, url in (
        (customer_of(chat), for_customers(chat, "messages")),
        (client_for(ada), for_agents(chat, "messages")),
    ):
        greeting, line = client.get(url).json()
        assert (greeting["sources"], line["sources"]) == ([], SOURCES)


def test_the_transcript_has_the_titles(chat: Chat) -> None:
    response = customer_of(chat).get(for_customers(chat, "transcript"))

    *_, line, sources = response.content.decode().splitlines()
    assert line.endswith("Robot: Three days.")
    assert sources == "    Sources: Delivery times, Costs & <taxes>"


def test_the_administration_shows_the_titles(chat: Chat, adas_browser: Client) -> None:
    shown = adas_browser.get(page(Contact, "change", chat.id)).content.decode()

    assert "Sources: Delivery times, Costs &amp; &lt;taxes&gt;" in shown
