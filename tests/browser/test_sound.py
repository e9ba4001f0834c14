"""The sound: of offers, there after a click and never lost unseen; of what comes while
the customer does not look, by choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.browser.desk_steps import expect_connected, sign_in
from tests.browser.steps import bubbles, start_chat

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent
    from tests.browser.people import RestAgent

KEEP_NOTES = """
window.notes = 0;
window.OscillatorNode = class extends OscillatorNode {
  start(at) {
    window.notes += 1;
    super.start(at);
  }
};
"""
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


def test_a_customer_hears_of_lines_only_who_wants_to_and_does_not_look(
    chat: Page, alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    chat.add_init_script(KEEP_NOTES)
    chat.reload()
    start_chat(chat)
    worker = at_work(alice)
    worker.accept()
    look_away(chat, True)
    worker.say("one")
    expect(bubbles(chat)).to_have_text(["one"])
    assert chat.evaluate("notes") == 0

    look_away(chat, False)
    chat.get_by_role("button", name="Sound").click()
    expect(chat.get_by_role("button", name="Sound")).to_have_attribute(
        "data-sound", "on"
    )
    worker.say("two")
    expect(bubbles(chat)).to_have_text(["one", "two"])
    assert chat.evaluate("notes") == 0
    look_away(chat, True)
    worker.say("three")
    chat.wait_for_function("notes === 2")  # it has two notes
    expect(chat).to_have_title("(1) Direct")

    look_away(chat, False)
    expect(chat).to_have_title("Direct")
    chat.reload()
    expect(chat.get_by_role("button", name="Sound")).to_have_attribute(
        "aria-pressed", "true"
    )


def look_away(page: Page, is_hidden: bool) -> None:
    """As when another tab is in front: no page of these tests is ever behind one."""
    page.evaluate(
        """(isHidden) => {
            Object.defineProperty(document, "hidden", {
                configurable: true,
                value: isHidden,
            });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )
