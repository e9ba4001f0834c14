"""An administrator writes a mail in the organisation's words, and sees how it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from agents.models import MailTemplate
from tests.administration.pages.site import page as address
from tests.browser.test_setup import administer

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent


def test_a_mail_is_seen_while_it_is_written(
    new_context: Callable[..., BrowserContext], ada: Agent
) -> None:
    page = new_context().new_page()
    administer(page, ada.email)
    page.goto(address(MailTemplate, "changelist"))
    page.get_by_role("link", name="Way back to a chat").click()
    preview = page.get_by_role("complementary", name="Preview")
    mail = preview.frame_locator("iframe")
    expect(mail.get_by_role("heading")).to_have_text("New answer from Acme")
    # The rules of the page let the style of the mail through.
    button = mail.get_by_role("link", name="Back to the chat")
    expect(button).to_have_css("display", "inline-block")

    page.get_by_label("Text").fill("Look, {nobody}: {link}")
    expect(preview.get_by_role("status")).to_contain_text("“{nobody}” stands for")
    page.get_by_label("Text").fill("Look, <b>{customer.name}</b>: {link}")
    expect(mail.get_by_text("Look, <b>Dora Blum</b>:")).to_be_visible()
    expect(preview.get_by_role("status")).to_be_empty()
    assert not MailTemplate.objects.exists()

    page.get_by_label("Mail").select_option("Invitation")
    page.get_by_role("button", name="Take Parley's words").click()
    expect(mail.get_by_role("link", name="Choose your password")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    listed = page.get_by_role("table").get_by_role("link", name="Invitation")
    expect(listed).to_be_visible()
    assert MailTemplate.objects.get().text.startswith("Hello {person.name},")
