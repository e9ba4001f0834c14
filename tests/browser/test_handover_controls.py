"""The buttons on both desks are those of the situation, no more and no less (4.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from contacts.models import Contact
from tests import steps
from tests.browser.desk_steps import card, expect_buttons
from tests.browser.steps import editor
from tests.steps import Chat, client_for, for_agents

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import Agent

    Desks = Callable[[Agent], Page]

COMMON = ["Info", "History"]
ALONE = [*COMMON, "Conference", "Transfer", "Video", "End"]


def leave(page: Page) -> None:
    page.get_by_role("button", name="End chat").click()
    page.get_by_role("dialog").get_by_role("button", name="End chat").click()


def expect_asked(page: Page) -> None:
    """Wait for the card of a request; there is no conversation yet."""
    offer = card(page, "Dora").get_by_role("button")
    expect(offer).to_have_text(["Accept", "Decline"])
    expect(page.get_by_role("log")).to_have_count(0)


def test_the_buttons_of_a_conference(
    desk: Page, doras: Page, desk_of: Desks, alice: Agent, bob: Agent
) -> None:
    bobs, chat = desk_of(bob), Chat(Contact.objects.get().pk, "")
    expect_buttons(desk, ALONE)
    expect(card(bobs, "Dora")).to_have_count(0)

    steps.invite(alice, chat, bob)
    expect_buttons(desk, [*COMMON, "Cancel request", "Transfer", "Video", "End"])
    expect_asked(bobs)

    steps.accept(bob, chat)
    card(bobs, "Dora").click()
    expect_buttons(desk, [*COMMON, "Conference", "Video", "End Conference"])
    expect_buttons(bobs, [*COMMON, "Exit Conference"])
    expect(editor(bobs)).to_be_enabled()

    client_for(bob).post(for_agents(chat, "conference/exit"))
    expect_buttons(desk, ALONE)
    expect(card(bobs, "Dora")).to_have_count(0)
    expect_buttons(bobs, [])

    steps.invite(alice, chat, bob)
    steps.accept(bob, chat)
    card(bobs, "Dora").click()
    expect_buttons(bobs, [*COMMON, "Exit Conference"])
    leave(doras)
    expect_buttons(desk, [*COMMON, "End Conference"])
    expect_buttons(bobs, ["Close"])
    for page in (desk, bobs):
        expect(editor(page)).to_be_disabled()


def test_the_buttons_of_a_transfer(
    desk: Page, doras: Page, desk_of: Desks, alice: Agent, bob: Agent
) -> None:
    bobs, chat = desk_of(bob), Chat(Contact.objects.get().pk, "")

    steps.transfer(alice, chat, to=bob)
    expect(desk.get_by_role("heading", name="WRAP UP")).to_be_visible()
    expect_buttons(desk, [])
    expect_asked(bobs)

    steps.accept(bob, chat)
    card(bobs, "Dora").click()
    expect_buttons(bobs, ALONE)
    leave(doras)
    expect_buttons(bobs, [*COMMON, "End"])
    expect(editor(bobs)).to_be_disabled()
    expect_buttons(desk, [])
