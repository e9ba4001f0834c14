"""The agent's work without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

from tests.browser.desk_steps import (
    accept,
    card,
    expect_phase,
    expect_state,
    state_button,
)
from tests.browser.steps import bubbles, editor
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent


def walk_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(30):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(target).to_be_focused()


def test_the_whole_job_without_a_mouse(
    new_context: Callable[..., BrowserContext],
    alice: Agent,
    visit: Callable[[str], Page],
) -> None:
    page = new_context().new_page()
    keys = page.keyboard
    page.goto("/")
    expect(page.get_by_label("Email")).to_be_focused()
    keys.type(alice.email)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")

    expect_state(page, "Break")
    walk_to(page, state_button(page))
    keys.press("Enter")
    expect(page.get_by_role("menuitemradio", name="Break")).to_be_focused()
    keys.type("a")
    keys.press("Enter")
    expect_state(page, "Available")
    expect(state_button(page)).to_be_focused()

    chat = visit("Dora")
    expect_phase(page, "Dora", "ringing")
    walk_to(page, card(page, "Dora").get_by_role("button", name="Accept"))
    keys.press("Enter")
    expect(editor(page)).to_be_focused()
    keys.type("one line")
    keys.press("Shift+Enter")
    keys.type("another")
    keys.press("Enter")
    expect(bubbles(chat)).to_have_text(["one line\nanother"])

    walk_to(page, page.get_by_role("button", name="End", exact=True))
    keys.press("Enter")
    expect(page.get_by_role("heading", name="WRAP UP")).to_be_focused()
    walk_to(page, page.get_by_label("Select Wrap Up"))
    keys.press("ArrowDown")
    expect(page.get_by_label("Select Wrap Up")).to_have_value("")
    keys.press("ArrowDown")
    keys.press("Enter")

    expect(card(page, "Dora")).to_have_count(0)


def test_the_shortcuts(desk: Page, visit: Callable[[str], Page]) -> None:
    visit("Dora")
    expect_phase(desk, "Dora", "ringing")
    desk.keyboard.press("Alt+a")
    expect(desk.get_by_role("heading", name="Dora")).to_be_visible()
    visit("Dan")
    expect_phase(desk, "Dan", "ringing")
    desk.keyboard.press("Alt+a")
    expect(desk.get_by_role("heading", name="Dan")).to_be_visible()

    desk.keyboard.type("for Dan")
    desk.keyboard.press("Alt+1")
    expect(desk.get_by_role("heading", name="Dora")).to_be_visible()
    expect(editor(desk)).to_have_value("")
    desk.keyboard.press("Alt+2")
    expect(editor(desk)).to_have_value("for Dan")

    desk.keyboard.press("?")
    expect(editor(desk)).to_have_value("for Dan?")
    desk.get_by_role("heading", name="Dan").focus()
    desk.keyboard.press("?")
    shortcuts = desk.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shortcuts).to_be_visible()
    # Who speaks to the machine does not want single keys.
    shortcuts.get_by_label("The key ? alone").uncheck()
    desk.keyboard.press("Escape")
    expect(shortcuts).to_be_hidden()
    desk.get_by_role("heading", name="Dan").focus()
    desk.keyboard.press("?")
    desk.keyboard.press("Alt+2")
    expect(editor(desk)).to_be_focused()
    expect(shortcuts).to_be_hidden()


def test_the_tabs_are_one_stop(desk: Page) -> None:
    everything = desk.get_by_role("tab", name="All", exact=True)
    chats = desk.get_by_role("tab", name="Chat", exact=True)

    everything.focus()
    desk.keyboard.press("ArrowRight")

    expect(chats).to_be_focused()
    expect(chats).to_have_attribute("aria-selected", "true")
    expect(everything).to_have_attribute("tabindex", "-1")


def test_the_return_that_ends_a_composition_sends_nothing(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    """Safari tells of it after the composition, with the number of input methods."""
    chat = visit("Dora")
    accept(desk, "Dora")

    for page in (desk, chat):
        editor(page).fill("half a wo")
        editor(page).evaluate(
            """element => element.dispatchEvent(new KeyboardEvent("keydown", {
              key: "Enter", keyCode: 229, bubbles: true, cancelable: true,
            }))"""
        )
        expect(editor(page)).to_have_value("half a wo")
        editor(page).fill("a whole word")
        editor(page).press("Enter")

    expect(bubbles(desk)).to_have_text(["a whole word", "a whole word"])
