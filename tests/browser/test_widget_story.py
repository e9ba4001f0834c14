"""A whole chat on somebody else's site: in Arabic, from the assistant to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.browser.desk_steps import accept
from tests.browser.sites import SITE, Site, bubbles, chat_in
from tests.browser.steps import bubbles as lines
from tests.browser.test_assistant import GREETING, HOURS, answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from queues.models import EntryPoint
    from tests.browser.server import Server


def say(page: Page, text: str) -> None:
    editor = chat_in(page).get_by_role("textbox", name="الرسالة")
    editor.fill(text)
    editor.press("Enter")


def test_a_visitor_in_arabic_talks_with_the_assistant_then_with_a_person(
    server: Server,
    new_context: Callable[..., BrowserContext],
    front: EntryPoint,
    desk: Page,
) -> None:
    front.allowed_origins, front.language = [SITE], "ar"
    front.save(update_fields=["allowed_origins", "language"])
    shop = Site(server, new_context(), front.key)
    shop.html, shop.tag = 'dir="rtl"', 'data-language="ar"'
    page = shop.visit()

    page.get_by_role("button", name="محادثة", exact=True).click()
    expect(chat_in(page).locator("html")).to_have_attribute("dir", "rtl")
    chat_in(page).get_by_label("Name").fill("Dora")
    chat_in(page).get_by_role("button", name="بدء المحادثة").click()
    expect(bubbles(page)).to_have_text([GREETING])
    say(page, "Opening hours?")
    answered(page)
    expect(bubbles(page)).to_have_text([GREETING, "Opening hours?", HOURS])
    chat_in(page).get_by_role("button", name="التحدث إلى شخص").click()

    # The agent sees what was said, and where.
    accept(desk, "Dora")
    expect(lines(desk)).to_have_text([GREETING, "Opening hours?", HOURS])
    desk.get_by_role("button", name="Info", exact=True).click()
    expect(desk.get_by_role("link", name="Delivery")).to_have_attribute(
        "href", f"{SITE}/delivery?order=17"
    )

    # What is written without a network arrives once, when it is back.
    shop.context.set_offline(True)
    say(page, "Are you there?")
    expect(bubbles(page).last).to_have_text("Are you there?")
    shop.context.set_offline(False)
    expect(lines(desk)).to_have_text(
        [GREETING, "Opening hours?", HOURS, "Are you there?"]
    )
    page.reload()
    expect(bubbles(page)).to_have_text(
        [GREETING, "Opening hours?", HOURS, "Are you there?"]
    )
