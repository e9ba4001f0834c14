"""The chat page and the desk in other languages, and in the other direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import faults
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Locator

    from agents.models import Agent
    from queues.models import EntryPoint


def start_of(element: Locator) -> float:
    """Return where an element begins, from the left of the page."""
    box = element.bounding_box()
    assert box is not None
    return box["x"]


def end_of(element: Locator) -> float:
    """Return where an element ends, from the left of the page."""
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"]


def sign_in(page: Page, agent: Agent) -> None:
    page.goto("/")
    page.locator("[name=email]").fill(agent.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[type=submit]").click()


@pytest.fixture
def browser_in(
    new_context: Callable[..., BrowserContext],
) -> Callable[[str], Page]:
    """Make browsers of a language, in which axe may measure."""
    return lambda locale: new_context(locale=locale, bypass_csp=True).new_page()


def test_a_chat_in_arabic_is_mirrored_on_both_sides(
    browser_in: Callable[[str], Page], direct: EntryPoint, alice: Agent
) -> None:
    direct.language = "ar"
    direct.save(update_fields=["language"])
    alice.language = "ar"
    alice.save(update_fields=["language"])
    desk, chat = browser_in("en-US"), browser_in("en-US")

    sign_in(desk, alice)
    expect(desk.get_by_text("متصل", exact=True)).to_be_visible()
    desk.locator("[data-slot=state-button]").click()
    desk.get_by_role("menuitemradio", name="متاح").click()
    chat.goto(f"/chat/{direct.key}/")
    chat.get_by_role("button", name="بدء المحادثة").click()
    desk.get_by_role("button", name="قبول").first.click()
    chat.get_by_role("textbox", name="الرسالة").fill("مرحبًا")
    chat.get_by_role("textbox", name="الرسالة").press("Enter")

    expect(desk.get_by_role("log")).to_contain_text("مرحبًا")
    expect(chat.get_by_role("log")).to_contain_text(f"انضم {alice.display_name}")
    for page in (chat, desk):
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert faults(page) == []
    contacts = desk.locator("[data-slot=list]")
    assert start_of(contacts) > start_of(desk.get_by_role("log"))
    assert start_of(chat.get_by_role("heading", level=1)) > start_of(
        chat.get_by_role("button", name="إنهاء المحادثة")
    )


def test_a_browser_in_german_is_answered_in_german(
    browser_in: Callable[[str], Page], direct: EntryPoint, alice: Agent
) -> None:
    desk, chat = browser_in("de-DE"), browser_in("de-DE")

    sign_in(desk, alice)
    expect(desk.get_by_text("Verbunden", exact=True)).to_be_visible()
    chat.goto(f"/chat/{direct.key}/")
    chat.get_by_role("button", name="Chat beginnen").click()

    expect(chat.get_by_role("textbox", name="Nachricht")).to_be_visible()
    expect(chat.locator("html")).to_have_attribute("lang", "de")
    assert faults(chat) == []
    assert faults(desk) == []

    # The state may be cut where there is little room, how full one is may not.
    desk.locator("[data-slot=state-button]").click()
    desk.get_by_role("menuitemradio", name="Verfügbar").click()
    desk.set_viewport_size({"width": 320, "height": 640})
    use = desk.get_by_text("· 0 von 3")
    expect(use).to_be_in_viewport(ratio=1)
    assert end_of(use) < end_of(desk.locator("[data-slot=state-button]"))


def test_a_language_is_chosen_at_the_desk(
    browser_in: Callable[[str], Page], direct: EntryPoint, alice: Agent
) -> None:
    desk = browser_in("en-US")
    sign_in(desk, alice)
    expect(desk.get_by_text("Connected", exact=True)).to_be_visible()

    desk.locator("[data-slot=person-button]").click()
    desk.get_by_role("menuitemradio", name="Deutsch").click()

    expect(desk.get_by_text("Verbunden", exact=True)).to_be_visible()
    alice.refresh_from_db()
    assert alice.language == "de"
