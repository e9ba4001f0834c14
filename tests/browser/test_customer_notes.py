"""Info: where the chat was opened, and what agents wrote down about the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk_steps import end

if TYPE_CHECKING:
    from tests.browser.server import Server


@pytest.fixture
def chat(doras: Page) -> Page:
    return doras


def test_a_note_is_written_changed_and_deleted(
    desk: Page, chat: Page, server: Server
) -> None:
    desk.get_by_role("button", name="Info").click()
    info = desk.get_by_role("region", name="Info")
    page = info.get_by_role("link", name="Direct")
    expect(info.get_by_text("Opened on")).to_be_visible()
    expect(info.get_by_text("English", exact=True)).to_be_visible()
    expect(page).to_have_attribute("href", f"{server.url}/chat/direct/")
    expect(info.get_by_text("Nobody has written a note")).to_be_visible()

    editor = info.get_by_label("Write a note about the customer")
    editor.fill("Prefers the evening")
    end(desk)
    expect(editor).to_have_value("Prefers the evening")
    info.get_by_role("button", name="Add note").click()
    note = info.get_by_role("listitem")
    expect(note).to_contain_text("Prefers the evening")
    expect(note).to_contain_text("Alice")
    expect(editor).to_have_value("")

    note.get_by_role("button", name="Edit").click()
    note.get_by_label("Note").fill("Prefers the morning")
    note.get_by_role("button", name="Save").click()
    expect(note).to_contain_text("Prefers the morning")
    expect(note).to_contain_text("edited")

    delete = note.get_by_role("button", name="Delete")
    question = desk.get_by_role("alertdialog", name="Delete note")
    delete.click()
    question.get_by_role("button", name="Keep it").click()
    expect(delete).to_be_focused()
    expect(note).to_be_visible()
    delete.click()
    question.get_by_role("button", name="Delete").click()
    expect(note).to_have_count(0)
    expect(info.get_by_text("Nobody has written a note")).to_be_visible()
