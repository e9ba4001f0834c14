"""Private notes: agents read them in the log, the customer never (D31)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk_steps import accept, ask
from tests.browser.steps import bubbles, editor, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from agents.models import Agent

    Desks = Callable[[Agent], Page]

SECRET = "He has called twice"


@pytest.fixture
def chat(doras: Page) -> Page:
    return doras


def notes(page: Page) -> Locator:
    return (
        page.get_by_role("log")
        .get_by_role("listitem")
        .filter(has_text="Only agents see this")
    )


def choose(page: Page, mode: str) -> None:
    page.get_by_role("radio", name=mode).check()


def test_agents_exchange_notes_that_the_customer_never_sees(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent
) -> None:
    bobs = desk_of(bob)
    ask(desk, "Bob", note="About her bill")
    accept(bobs, "Dora")
    expect(
        bobs.get_by_role("paragraph").filter(has_text="About her bill")
    ).to_be_visible()

    choose(desk, "Private note")
    expect(
        desk.get_by_role("status").get_by_text("Only agents see this")
    ).to_be_visible()
    say(desk, SECRET)
    expect(notes(bobs)).to_contain_text([SECRET])
    expect(notes(desk)).to_contain_text([SECRET])

    bobs.keyboard.press("Alt+n")
    say(bobs, "Twice, really?")
    expect(notes(bobs)).to_contain_text([SECRET, "Twice, really?"])
    bobs.keyboard.press("Alt+n")
    say(bobs, "Good morning, Dora, Bob here.")
    expect(notes(desk)).to_contain_text([SECRET, "Twice, really?"])
    expect(bubbles(chat)).to_contain_text(["Good morning, Dora, Bob here."])
    expect(chat.get_by_text(SECRET)).to_have_count(0)
    expect(chat.get_by_text("Twice, really?")).to_have_count(0)

    choose(desk, "Private note")
    say(desk, "See https://parley.example/bill, not javascript:alert(1)")
    links = notes(bobs).get_by_role("link")
    expect(links).to_have_count(1)
    expect(links).to_have_attribute("href", "https://parley.example/bill")
    expect(links).to_have_attribute("rel", "noopener noreferrer nofollow")

    desk.reload()
    expect(notes(desk)).to_contain_text([SECRET, "Twice, really?"])
    order = desk.get_by_role("log").inner_text()
    assert order.index("Bob has joined") < order.index(SECRET)
    assert order.index("Twice, really?") < order.index("Bob here")


def test_a_note_and_a_reply_have_drafts_of_their_own(desk: Page, chat: Page) -> None:
    editor(desk).fill("Dear Dora")
    choose(desk, "Private note")
    expect(editor(desk)).to_have_value("")
    editor(desk).press_sequentially("Do not tell her")
    expect(chat.get_by_text("Alice is typing")).to_be_hidden()

    desk.reload()
    expect(editor(desk)).to_have_value("Dear Dora")
    choose(desk, "Private note")
    expect(editor(desk)).to_have_value("Do not tell her")

    choose(desk, "Reply")
    editor(desk).fill("")
    desk.get_by_role("button", name="End", exact=True).click()
    expect(desk.get_by_role("alertdialog", name="Message not sent")).to_be_visible()


def test_a_note_that_could_not_be_stored_is_in_the_editor_again(
    desk: Page, chat: Page
) -> None:
    choose(desk, "Private note")
    desk.context.set_offline(True)
    say(desk, SECRET)

    expect(desk.get_by_role("alert").filter(visible=True)).not_to_be_empty()
    expect(editor(desk)).to_have_value(SECRET)
    desk.context.set_offline(False)
    editor(desk).press("Enter")
    expect(notes(desk)).to_contain_text([SECRET])
    expect(notes(desk)).to_have_count(1)
