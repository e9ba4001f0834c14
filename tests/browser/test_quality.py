"""A supervisor scores a conversation by keyboard, and its agent reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Dialog, Page, expect

from reports.models import Review
from tests.browser.accessibility import faults
from tests.browser.desk_steps import sign_in
from tests.factories import MessageFactory
from tests.reports.scoring import ended, form_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent, Organisation
    from contacts.models import Contact
    from queues.models import Queue


@pytest.fixture
def conversation(acme: Organisation, alice: Agent, support: Queue) -> Contact:
    form_of(acme)
    contact = ended(alice, support, last_seq=2, rating=5)
    for seq, kind, text in ((1, "customer", "Hello"), (2, "agent", "Good morning")):
        MessageFactory.create(contact=contact, seq=seq, sender_kind=kind, text=text)
    return contact


@pytest.fixture
def open_as(new_context: Callable[..., BrowserContext]) -> Callable[[Agent], Page]:
    """Make browsers at the desk; what judges their pages is from elsewhere."""

    def opened(person: Agent) -> Page:
        page = new_context(bypass_csp=True).new_page()
        sign_in(page, person)
        return page

    return opened


def test_a_conversation_is_scored_and_read(
    open_as: Callable[[Agent], Page],
    conversation: Contact,
    sam: Agent,
    alice: Agent,
) -> None:
    desk = open_as(alice)
    page = open_as(sam)
    page.goto("/reports/quality/")
    found = faults(page)

    page.get_by_label("Not reviewed yet").check()
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("row", name=str(conversation.customer)).get_by_role("link").click()
    expect(page.get_by_role("region", name="Transcript")).to_contain_text("Hello")
    found += faults(page)
    page.get_by_role("group", name="Greeting").get_by_label("1").focus()
    page.keyboard.type("50Well explained")
    expect(page.get_by_role("group", name="Greeting").get_by_label("5")).to_be_checked()
    page.get_by_role("button", name="Save review").click()
    expect(page.get_by_text("Alice can read it.")).to_be_visible()
    left_out = page.get_by_role("group", name="Language").get_by_label("Not applicable")
    expect(left_out).to_be_checked()
    found += faults(page)
    review = Review.objects.get()
    assert (review.total, review.comment) == (5.0, "Well explained")

    desk.get_by_role("button", name="Alice").click()
    item = desk.get_by_role("menuitem", name="Feedback 1 new")
    with desk.expect_popup() as popup:
        item.click()
    feedback = popup.value
    expect(feedback.get_by_text("5.00 of 5")).to_be_visible()
    found += faults(feedback)
    feedback.get_by_role("link", name="Conversation of").click()
    expect(feedback.get_by_text("Well explained")).to_be_visible()
    expect(feedback.get_by_text("Good morning")).to_be_visible()
    found += faults(feedback)
    assert found == []
    assert Review.objects.exclude(read_at=None).exists()


def test_nothing_typed_is_lost_unasked(
    open_as: Callable[[Agent], Page], conversation: Contact, sam: Agent
) -> None:
    page = open_as(sam)
    page.goto(f"/reports/quality/{conversation.pk}/")
    page.get_by_label("Comment").fill("Not finished")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)

    page.get_by_role("link", name="To the list").click()

    expect(page.get_by_label("Comment")).to_have_value("Not finished")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Save review").click()
    expect(page.get_by_text("Choose a score.").first).to_be_visible()
    expect(page.get_by_label("Comment")).to_have_value("Not finished")
    assert faults(page) == []
