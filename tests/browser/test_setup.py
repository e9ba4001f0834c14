"""A contact centre is set up in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.browser.test_desk_keyboard import walk_to
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent, Organisation


def sign_in(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def administer(page: Page, email: str) -> None:
    sign_in(page, email)
    expect(page.get_by_role("heading", name="Administration")).to_be_visible()


def test_a_team_is_added_without_a_mouse(
    new_context: Callable[..., BrowserContext], ada: Agent, acme: Organisation
) -> None:
    page = new_context().new_page()
    administer(page, ada.email)
    keys = page.keyboard

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    keys.press("Enter")
    walk_to(page, page.locator(".model-team .addlink"))
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Add team")).to_be_visible()
    walk_to(page, page.get_by_role("button", name="Save", exact=True))
    keys.press("Enter")
    expect(page.get_by_text("Please correct the error below.")).to_be_visible()

    walk_to(page, page.locator("#id_name"))
    expect(page.locator("#id_name")).to_have_attribute("aria-invalid", "true")
    keys.type("Night shift")
    keys.press("Enter")

    expect(page.get_by_role("link", name="Night shift").first).to_be_visible()
    assert acme.teams.filter(name="Night shift").exists()
