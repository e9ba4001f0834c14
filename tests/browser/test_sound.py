"""The sound that announces offers: there after a click, and never lost unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.browser.desk_steps import expect_connected, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent

KEEP_CONTEXTS = """
window.contexts = [];
window.AudioContext = class extends AudioContext {
  constructor(...options) {
    super(...options);
    window.contexts.push(this);
  }
};
"""


def test_the_sound_comes_back_and_can_be_switched_off(desk: Page) -> None:
    sound = desk.get_by_role("button", name="Sound")
    desk.reload()
    expect_connected(desk)
    expect(sound).to_have_attribute("data-sound", "blocked")

    desk.get_by_role("heading", name="Active Contact List").click()
    expect(sound).to_have_attribute("data-sound", "on")

    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "false")
    desk.reload()
    expect(sound).to_have_attribute("data-sound", "muted")


def test_a_sound_that_was_taken_away_comes_back_with_the_next_click(
    new_context: Callable[..., BrowserContext], alice: Agent
) -> None:
    page = new_context().new_page()
    page.add_init_script(KEEP_CONTEXTS)
    sign_in(page, alice)
    page.keyboard.press("Tab")
    page.evaluate("() => window.contexts.at(-1).suspend()")
    sound = page.get_by_role("button", name="Sound")
    expect(sound).to_have_attribute("data-sound", "blocked")

    page.keyboard.press("Tab")
    expect(sound).to_have_attribute("data-sound", "on")

    page.evaluate("() => window.contexts.at(-1).close()")
    expect(sound).to_have_attribute("data-sound", "blocked")
    page.keyboard.press("Tab")
    expect(sound).to_have_attribute("data-sound", "on")
