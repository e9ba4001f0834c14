"""An administrator lets a queue ask for a skill, and reads why nobody gets a chat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

from tests.administration.pages.site import page as address
from tests.browser.accessibility import faults
from tests.browser.desk_steps import accept
from tests.browser.test_setup import add, administer, fill, save

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent
    from queues.models import Queue


def add_part(page: Page, group: str) -> Locator:
    """Open a row for a skill, choose German in it by typing, and return it."""
    page.locator(f"#{group}-group").get_by_role("button", name="Add another").click()
    row = page.locator(f"#{group}-0")
    row.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("Ger")
    page.get_by_role("option", name="German").click()
    return row


def test_a_skill_is_asked_for_and_the_routing_says_so(
    new_context: Callable[..., BrowserContext],
    ada: Agent,
    alice: Agent,
    support: Queue,
    desk: Page,
    visit: Callable[[str], Page],
) -> None:
    page = new_context(bypass_csp=True).new_page()
    administer(page, ada.email)
    add(page, "Skills")
    fill(page, **{"Name:": "German"})
    save(page, "skill")
    page.goto(address(type(support), "change", support.pk))
    row = add_part(page, "asked_skills")
    row.get_by_label("At least").fill("3")
    row.get_by_label("Relaxes every").fill("3600")
    assert faults(page) == []
    save(page, "queue")

    visit("Dora")
    page.goto("/floor/")
    waiting = page.get_by_role("button", name=re.compile("^Support, Waiting: "))
    expect(waiting).to_have_text("1")
    waiting.click()
    panel = page.get_by_role("complementary")
    panel.get_by_role("button", name="Dora").click()
    expect(panel).to_contain_text("It asks for German 3.")
    panel.get_by_text("Agent by agent").click()
    why = re.compile(r"Needs German 3, Alice does not have it, relaxes in \d+ s")
    expect(panel.get_by_text(why)).to_be_visible()

    page.goto(address(type(alice), "change", alice.pk))
    add_part(page, "skill_levels").get_by_label("Level").fill("3")
    assert faults(page) == []
    save(page, "agent")
    accept(desk, "Dora")
