"""Predefined Chat Responses: into the editor, never sent by themselves (R26-R34)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from administration.services import changes
from tests.browser.desk_steps import expect_connected
from tests.browser.steps import bubbles, editor
from tests.factories import PredefinedResponseFactory

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from agents.models import Organisation
    from queues.models import PredefinedResponse, Queue

GREETING = "Hello Dora, Alice here."
SAID = ["My bill is wrong.", "Good morning, Dora."]


@pytest.fixture(autouse=True)
def greeting(acme: Organisation, support: Queue) -> PredefinedResponse:
    own = {"organisation": acme, "queues": [support]}
    PredefinedResponseFactory.create(name="Öffnungszeiten", text="Nine\nto five", **own)
    PredefinedResponseFactory.create(name="Moment", text="One moment.", **own)
    return PredefinedResponseFactory.create(
        name="Greeting", text="Hello {customer.name}, {agent.name} here.", **own
    )


def icon(desk: Page) -> Locator:
    return desk.get_by_role("button", name="Predefined Chat Responses")


def popup(desk: Page) -> Locator:
    return desk.get_by_role("dialog", name="Predefined Chat Responses")


def opened(desk: Page) -> Locator:
    icon(desk).click()
    expect(popup(desk).get_by_role("option")).not_to_have_count(0)
    return popup(desk)


def test_by_mouse(desk: Page, doras: Page) -> None:
    """A click inserts at the caret, keeps the other text, and sends nothing."""
    editor(desk).fill("Well. Bye.")
    for _ in "Bye.":
        editor(desk).press("ArrowLeft")
    responses = opened(desk)
    names = responses.get_by_role("option")
    expect(names).to_have_text(["Greeting", "Moment", "Öffnungszeiten"])

    names.filter(has_text="Moment").hover()
    expect(responses.get_by_role("tooltip")).to_have_text("One moment.")
    names.filter(has_text="Greeting").click()

    expect(popup(desk)).to_have_count(0)
    expect(editor(desk)).to_have_value(f"Well. {GREETING}Bye.")
    expect(editor(desk)).to_be_focused()
    desk.keyboard.press("Control+z")
    expect(editor(desk)).to_have_value("Well. Bye.")
    desk.keyboard.press("Control+Shift+z")

    opened(desk)
    desk.get_by_role("log").click()
    expect(popup(desk)).to_have_count(0)
    icon(desk).click()
    icon(desk).click()
    expect(popup(desk)).to_have_count(0)

    desk.reload()
    expect_connected(desk)
    expect(editor(desk)).to_have_value(f"Well. {GREETING}Bye.")
    expect(bubbles(doras)).to_have_text(SAID)


def test_by_keyboard(desk: Page, doras: Page) -> None:
    """A slash opens; words narrow, arrows choose, Return inserts."""
    editor(desk).press("/")
    search = popup(desk).get_by_role("searchbox", name="Search responses")
    expect(search).to_be_focused()
    expect(search).to_have_value("")
    names = popup(desk).get_by_role("option")
    expect(names).to_have_count(3)

    desk.keyboard.press("ArrowDown")
    expect(names.nth(1)).to_have_attribute("aria-selected", "true")
    expect(popup(desk).get_by_role("tooltip")).to_have_text("One moment.")
    chosen = names.nth(1).get_attribute("id")
    assert chosen
    expect(search).to_have_attribute("aria-activedescendant", chosen)
    desk.keyboard.type("offnungs FIVE")
    expect(names).to_have_text(["Öffnungszeiten"])
    expect(popup(desk).get_by_role("status")).to_have_text("1 response")
    desk.keyboard.press("Enter")

    expect(popup(desk)).to_have_count(0)
    expect(editor(desk)).to_have_value("Nine\nto five")
    expect(editor(desk)).to_be_focused()
    desk.keyboard.type(" / or later")
    expect(editor(desk)).to_have_value("Nine\nto five / or later")
    desk.keyboard.press("Control+/")
    expect(search).to_be_focused()
    desk.keyboard.type("nothing of the kind")
    expect(popup(desk).get_by_role("status")).to_contain_text("No response has")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Escape")
    expect(popup(desk)).to_have_count(0)
    expect(editor(desk)).to_be_focused()
    expect(bubbles(doras)).to_have_text(SAID)


def test_the_last_response_goes(
    desk: Page, doras: Page, greeting: PredefinedResponse, support: Queue
) -> None:
    """Without a response the icon is disabled and says why, on the open desk."""
    expect(icon(desk)).to_be_enabled()
    editor(desk).fill("My own words")
    opened(desk)

    for response in support.predefined_responses.all():
        response.is_active = False
        changes.save_response(response, changed={"is_active"})

    expect(icon(desk)).to_be_disabled()
    expect(popup(desk)).to_have_count(0)
    why = "No predefined responses are set up for the queue Support."
    expect(icon(desk)).to_have_accessible_description(why)
    expect(editor(desk)).to_have_value("My own words")
    editor(desk).fill("")
    editor(desk).press("/")
    expect(editor(desk)).to_have_value("/")
    desk.keyboard.press("Control+/")
    expect(icon(desk)).to_be_focused()
    expect(desk.get_by_role("tooltip", name=why)).to_be_visible()
    expect(popup(desk)).to_have_count(0)

    greeting.is_active = True
    changes.save_response(greeting, changed={"is_active"})
    expect(icon(desk)).to_be_enabled()


def test_mine(desk: Page, doras: Page) -> None:
    """What an agent keeps is written, used, changed and deleted in the pop-up."""
    editor(desk).fill("Kind regards")
    mine = opened(desk)
    mine.get_by_role("tab", name="Mine").click()
    expect(mine.get_by_role("status")).to_have_text("You keep no responses yet.")

    mine.get_by_role("button", name="New response").click()
    expect(mine.get_by_label("Name")).to_be_focused()
    expect(mine.get_by_label("Text")).to_have_value("Kind regards")
    mine.get_by_label("Text").fill("Yours, {agent}")
    mine.get_by_role("button", name="Save response").click()
    expect(mine.get_by_role("alert").first).to_contain_text("may not be blank")
    mine.get_by_label("Name").fill("Regards")
    mine.get_by_role("button", name="Save response").click()
    wrong = mine.get_by_text("stands for nothing")
    expect(wrong).to_be_visible()
    expect(mine.get_by_label("Name")).to_have_accessible_description("")
    described = re.compile(re.escape(wrong.inner_text()))
    expect(mine.get_by_label("Text")).to_have_accessible_description(described)

    # A click beside it loses nothing of what was typed.
    desk.get_by_role("log").click()
    expect(popup(desk)).to_have_count(0)
    icon(desk).click()
    expect(mine.get_by_label("Name")).to_have_value("Regards")
    mine.get_by_label("Text").fill("Yours, {agent.name}")
    mine.get_by_role("button", name="Save response").click()
    expect(mine.get_by_role("option")).to_have_count(4)
    expect(mine.get_by_role("option", name="Regards")).to_contain_text("Mine")

    mine.get_by_role("tab", name="Mine").click()
    mine.get_by_role("button", name="Edit Regards").click()
    expect(mine.get_by_label("Text")).to_have_value("Yours, {agent.name}")
    mine.get_by_label("Name").fill("Bye")
    mine.get_by_role("button", name="Save response").click()
    mine.get_by_role("button", name="Bye", exact=True).click()
    expect(editor(desk)).to_have_value("Kind regardsYours, Alice")

    opened(desk)
    mine.get_by_role("tab", name="Mine").click()
    mine.get_by_role("button", name="Delete Bye").click()
    asked = desk.get_by_role("alertdialog", name="Delete response")
    expect(asked).to_contain_text("“Bye” is deleted for good.")
    asked.get_by_role("button", name="Delete").click()
    expect(mine.get_by_role("status")).to_have_text("You keep no responses yet.")
