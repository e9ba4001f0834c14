"""The customer's page from its first question to its last word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from contacts.models import Contact
from tests.browser.desk_steps import accept
from tests.browser.steps import start_chat

if TYPE_CHECKING:
    from queues.models import EntryPoint

CONSENT = "I have read the privacy notice."


def test_consent_is_asked_and_shown_to_the_agent(
    desk: Page, chat: Page, direct: EntryPoint
) -> None:
    direct.consent_text = CONSENT
    direct.privacy_url = "https://acme.example/privacy"
    direct.colour = "#0a7d33"
    direct.save()
    chat.reload()
    link = chat.get_by_role("link", name="Privacy notice")
    expect(link).to_have_attribute("href", "https://acme.example/privacy")
    start = chat.get_by_role("button", name="Start chat")
    expect(start).to_have_css("background-color", "rgb(10, 125, 51)")

    start.click()
    assert not Contact.objects.exists()
    chat.get_by_label(CONSENT).check()
    start_chat(chat)

    accept(desk, "Customer")
    desk.get_by_role("button", name="Info").click()
    expect(desk.locator(".details").get_by_text(CONSENT)).to_be_visible()
