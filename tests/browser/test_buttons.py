"""Buttons stay where they are, say what they do, and lose nothing that was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from contacts.models import Contact
from tests.browser.desk_steps import accept, ask
from tests.browser.steps import editor

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from agents.models import Agent

NAMES = ("Info", "History", "Conference", "Transfer", "End")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


@pytest.mark.parametrize(("width", "names"), [(1280, NAMES), (820, ("Info",))])
def test_a_panel_that_opens_moves_no_button(
    desk: Page, visit: Callable[[str], Page], width: int, names: tuple[str, ...]
) -> None:
    visit("Dora")
    accept(desk, "Dora")
    desk.set_viewport_size({"width": width, "height": 720})
    before = {name: button(desk, name).bounding_box() for name in names}

    button(desk, "Info").click()

    expect(desk.get_by_role("region", name="Info")).to_be_visible()
    assert {name: button(desk, name).bounding_box() for name in names} == before


def test_a_chat_with_a_draft_ends_after_a_question(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    visit("Dora")
    accept(desk, "Dora")
    editor(desk).fill("half a thought")
    question = desk.get_by_role("alertdialog", name="Message not sent")

    button(desk, "End").click()
    expect(button(desk, "Keep writing")).to_be_focused()
    desk.keyboard.press("Escape")

    expect(question).to_be_hidden()
    expect(editor(desk)).to_be_focused()
    expect(editor(desk)).to_have_value("half a thought")
    assert not Contact.objects.get().is_ended

    button(desk, "End").click()
    button(desk, "End without sending").click()

    expect(desk.get_by_role("heading", name="WRAP UP")).to_be_visible()


def test_the_two_ends_of_a_conference_are_told_apart(
    desk: Page,
    desk_of: Callable[[Agent], Page],
    visit: Callable[[str], Page],
    carol: Agent,
) -> None:
    carols = desk_of(carol)
    visit("Dora")
    accept(desk, "Dora")
    ask(desk, "Carol")
    accept(carols, "Dora")
    expect(desk.get_by_text("In conference with Carol")).to_be_visible()
    about = desk.get_by_role("tooltip")

    button(desk, "Conference").hover()
    expect(about.filter(visible=True)).to_have_text(
        "Lets Carol go. The chat goes on between you and Dora."
    )
    expect(button(desk, "Conference")).to_have_accessible_description(
        "Lets Carol go. The chat goes on between you and Dora."
    )
    desk.keyboard.press("Tab")
    button(desk, "End Conference").focus()
    expect(button(desk, "End Conference")).to_have_accessible_description(
        "Ends the chat for all: Dora and Carol are out, you wrap up."
    )
