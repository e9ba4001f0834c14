"""Frames of a contact's state that come in another order, or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from contacts.models import Contact
from tests.browser.desk_steps import accept, become, card, sign_in
from tests.browser.steps import start_chat, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, WebSocketRoute

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.browser.people import RestAgent


class Wire:
    """The wire to a page, on which frames of one kind can be held back."""

    def __init__(self, page: Page, path: str, kind: str) -> None:
        self.is_held = False
        self.is_open = False
        self.held: list[str | bytes] = []
        self._kind = kind
        self._wire: WebSocketRoute | None = None
        page.route_web_socket(path, self._carry)

    def _carry(self, wire: WebSocketRoute) -> None:
        self._wire = wire
        wire.connect_to_server().on_message(self._deliver)

    def _deliver(self, text: str | bytes) -> None:
        assert self._wire is not None
        kind = json.loads(text)["type"]
        self.is_open |= kind == "welcome"
        if self.is_held and kind == self._kind:
            self.held.append(text)
        else:
            self._wire.send(text)

    def deliver(self, text: str | bytes) -> None:
        assert self._wire is not None
        self._wire.send(text)


def ask_whether_all_is_well(page: Page) -> None:
    """Have the page ping now, as whoever comes back to it does."""
    page.evaluate("window.dispatchEvent(new Event('pageshow'))")


@pytest.fixture
def wired(
    new_context: Callable[..., BrowserContext], alice: Agent, direct: EntryPoint
) -> tuple[Page, Wire]:
    """Alice's desk, on a wire; she is Available."""
    page = new_context().new_page()
    wire = Wire(page, "**/ws/desk/*", "card")
    sign_in(page, alice)
    become(page, "Available")
    return page, wire


@pytest.fixture
def rename(
    wired: object, at_work: Callable[[Agent], RestAgent], alice: Agent
) -> Callable[[str], None]:
    """Give the customer of the only chat another name."""
    worker = at_work(alice)

    def change(name: str) -> None:
        path = f"contacts/{Contact.objects.get().pk}/customer/"
        worker.call("PATCH", path, {"name": name})

    return change


def test_an_older_card_that_comes_later_changes_nothing(
    wired: tuple[Page, Wire],
    visit: Callable[[str], Page],
    rename: Callable[[str], None],
) -> None:
    desk, wire = wired
    visit("Dora")
    accept(desk, "Dora")
    wire.is_held = True
    for name in ("Dorothea", "Dorothy"):
        rename(name)
    wait_until(desk, lambda: len(wire.held) >= 2)

    wire.deliver(wire.held[-1])
    expect(card(desk, "Dorothy")).to_be_visible()
    wire.deliver(wire.held[-2])

    desk.evaluate("0")
    assert card(desk, "Dorothy").is_visible()


def test_a_desk_that_missed_a_change_finds_it_with_the_next_pong(
    wired: tuple[Page, Wire],
    visit: Callable[[str], Page],
    rename: Callable[[str], None],
) -> None:
    desk, wire = wired
    visit("Dora")
    accept(desk, "Dora")
    wire.is_held = True
    rename("Dorothy")
    wait_until(desk, lambda: len(wire.held) >= 1)
    expect(card(desk, "Dora")).to_be_visible()

    ask_whether_all_is_well(desk)

    expect(card(desk, "Dorothy")).to_be_visible()


@pytest.fixture
def waiting(chat: Page) -> tuple[Page, Wire]:
    """Dora's page, on a wire; she waits."""
    wire = Wire(chat, "**/ws/chat/**", "contact")
    start_chat(chat)
    wait_until(chat, lambda: wire.is_open)
    expect(chat.get_by_text("Nobody is here")).to_be_visible()
    return chat, wire


def test_a_page_that_missed_a_change_finds_it_with_the_next_pong(
    waiting: tuple[Page, Wire], alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    chat, wire = waiting
    wire.is_held = True
    at_work(alice).accept()
    wait_until(chat, lambda: len(wire.held) >= 2)
    expect(chat.get_by_text("Nobody is here")).to_be_visible()

    ask_whether_all_is_well(chat)

    expect(chat.get_by_text("Nobody is here")).to_be_hidden()
    expect(chat.get_by_text("with Alice")).to_be_visible()


def test_an_older_view_that_comes_later_changes_nothing(
    waiting: tuple[Page, Wire], alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    chat, wire = waiting
    wire.is_held = True
    at_work(alice).accept()
    wait_until(chat, lambda: len(wire.held) >= 2)

    wire.deliver(wire.held[-1])
    expect(chat.get_by_text("with Alice")).to_be_visible()
    wire.deliver(wire.held[0])

    chat.evaluate("0")
    assert chat.get_by_text("Nobody is here").is_hidden()
    assert chat.get_by_text("with Alice").is_visible()
