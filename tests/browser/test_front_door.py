"""The customer's page from its first question to its last word."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from agents.models import Socket
from contacts import jobs
from contacts.models import Contact
from core import clock
from tests.browser.desk_steps import accept, become, card, sign_in
from tests.browser.steps import editor, start_chat, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent
    from queues.models import EntryPoint

CONSENT = "I have read the privacy notice."


def sweep(*, seconds: int) -> None:
    """Look who is away, as if so much time had passed."""
    now = clock.now() + timedelta(seconds=seconds)
    jobs.note_absences(now, since=now - timedelta(hours=1))


def test_consent_away_and_back_and_a_rating(
    desk: Page, chat: Page, direct: EntryPoint
) -> None:
    direct.consent_text = CONSENT
    direct.privacy_url = "https://acme.example/privacy"
    direct.colour = "#0a7d33"
    direct.farewell = "Goodbye from Acme"
    direct.save()
    chat.reload()
    link = chat.get_by_role("link", name="Privacy notice")
    expect(link).to_have_attribute("href", "https://acme.example/privacy")
    start = chat.get_by_role("button", name="Start chat")
    expect(start).to_have_css("background-color", "rgb(10, 125, 51)")

    start.click()
    assert not Contact.objects.exists()
    chat.get_by_label(CONSENT).check()
    chat.get_by_label("Name").fill("Dora")
    start_chat(chat)
    expect(chat.get_by_text("An agent is being called")).to_be_visible()
    accept(desk, "Dora")
    desk.get_by_role("button", name="Info").click()
    expect(desk.locator(".details").get_by_text(CONSENT)).to_be_visible()

    address = chat.url
    customer = {"address": f"customer.{Contact.objects.get().pk}"}
    chat.goto("about:blank")
    wait_until(desk, lambda: not Socket.objects.filter(**customer).exists())
    sweep(seconds=20)
    expect(card(desk, "Dora").get_by_text("Away 0:")).to_be_visible()
    expect(desk.locator(".talk__header").get_by_text("Away 0:")).to_be_visible()
    chat.goto(address)
    expect(editor(chat)).to_be_enabled()
    wait_until(desk, lambda: Socket.objects.filter(**customer).exists())
    sweep(seconds=0)
    expect(card(desk, "Dora").get_by_text("Away 0:")).to_be_hidden()

    desk.get_by_role("button", name="End", exact=True).click()
    expect(chat.get_by_text("Goodbye from Acme")).to_be_visible()
    chat.get_by_role("radio", name="4 of 5").check()
    expect(chat.get_by_text("Thank you for your rating")).to_be_visible()
    assert Contact.objects.get().rating == 4


def test_a_supervisor_blocks_a_customer(
    new_context: Callable[..., BrowserContext], chat: Page, sam: Agent
) -> None:
    desk = new_context().new_page()
    sign_in(desk, sam)
    become(desk, "Available")
    chat.get_by_label("Name").fill("Dora")
    start_chat(chat)
    accept(desk, "Dora")

    desk.get_by_role("button", name="Info").click()
    desk.get_by_role("button", name="Block").click()
    dialog = desk.get_by_role("dialog", name="Block")
    dialog.get_by_role("button", name="Block").click()
    expect(dialog.get_by_role("alert")).to_have_text("Give a reason first.")
    dialog.get_by_label("Reason").fill("Insults")
    dialog.get_by_role("button", name="Block").click()
    expect(desk.get_by_text("This customer can start no other chat")).to_be_visible()

    expect(editor(chat)).to_be_enabled()
    desk.get_by_role("button", name="End", exact=True).click()
    chat.get_by_role("button", name="Start a new chat").click()
    chat.get_by_role("button", name="Start chat").click()
    expect(chat.get_by_role("alert")).to_have_text(
        "You cannot start a chat here at the moment."
    )
    assert Contact.objects.count() == 1
