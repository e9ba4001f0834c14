"""What a customer does on the chat page, by the names that people see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Frame, Locator, Page

LOOKS = 800  # every 50 ms


def start_chat(page: Page) -> None:
    """Press Start chat and wait until the conversation is there."""
    page.get_by_role("button", name="Start chat").click()
    expect(page.get_by_role("log", name="Conversation")).to_be_visible()


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def say(page: Page, text: str) -> None:
    editor(page).fill(text)
    editor(page).press("Enter")


def bubbles(page: Page) -> Locator:
    """Return what was said, without events and names."""
    return page.get_by_role("log").locator("[data-slot=text].bubble")


def senders(page: Page) -> Locator:
    """Return the names over what was said, "You" over one's own lines."""
    return page.locator("[data-slot=sender]")


def sending(page: Page) -> Locator:
    """Return the marks of messages that the server has not acknowledged."""
    return page.get_by_text("Sending", exact=True)


def wait_until(page: Page | Frame, condition: Callable[[], bool]) -> None:
    """Wait for what a page does not show."""
    for _ in range(LOOKS):
        if condition():
            return
        page.wait_for_timeout(50)
    pytest.fail("It does not happen.")
