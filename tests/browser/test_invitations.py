"""Visitors are invited: by rules, once a visit, and only while somebody is free."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import faults
from tests.browser.people import RestAgent
from tests.browser.sites import BLOCKED, Site, chat_in, launcher
from tests.factories import ProactiveRuleFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from agents.models import Agent
    from queues.models import EntryPoint

TEXT = "Questions about delivery?"


@pytest.fixture
def inviting(
    site: Callable[..., Site],
    direct: EntryPoint,
    alice: Agent,
    at_work: Callable[[Agent], RestAgent],
) -> Site:
    """A site that invites on one page, after five seconds; Alice is free."""
    ProactiveRuleFactory.create(
        entry_point=direct, pattern="/deliv*", seconds=5, text=TEXT
    )
    at_work(alice)
    shop = site()
    shop.context.clock.install()
    return shop


def invitation(page: Page) -> Locator:
    return page.get_by_role("status").get_by_role("button", name=TEXT)


def wait(page: Page, *, seconds: int) -> None:
    page.context.clock.run_for(seconds * 1000)


def has_rules(page: Page) -> None:
    """Wait until the page knows its rules: it counts the visit then."""
    page.wait_for_function("() => Object.keys(localStorage).length > 0")


def test_a_visitor_is_invited_once_a_visit(inviting: Site) -> None:
    page = inviting.visit()
    has_rules(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Help me").focus()
    wait(page, seconds=4)
    expect(invitation(page)).to_be_hidden()
    assert asked == []

    wait(page, seconds=1)

    expect(invitation(page)).to_be_visible()
    assert [url.partition("?")[0].rsplit("/", 1)[1] for url in asked] == ["free.js"]
    expect(page.get_by_role("button", name="Help me")).to_be_focused()
    found = faults(page)
    assert not found, "\n".join(found)
    page.keyboard.press("Tab")
    expect(invitation(page)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Close invitation")).to_be_focused()
    page.keyboard.press("Escape")
    expect(invitation(page)).to_be_hidden()
    expect(launcher(page)).to_be_focused()

    other = inviting.visit()
    has_rules(other)
    wait(other, seconds=60)
    expect(launcher(other)).to_be_visible()
    expect(invitation(other)).to_be_hidden()
    # Half an hour after the last page was left it is another visit.
    other.close()
    page.close()
    inviting.context.clock.fast_forward("32:00")
    later = inviting.visit()
    later.wait_for_function(
        """() => Object.values(localStorage).join().includes('"number":2')"""
    )
    wait(later, seconds=5)
    expect(invitation(later)).to_be_visible()


def test_an_invitation_opens_the_chat(inviting: Site) -> None:
    page = inviting.visit()
    has_rules(page)
    wait(page, seconds=5)

    invitation(page).click()

    expect(chat_in(page).get_by_label("Name")).to_be_focused()
    expect(invitation(page)).to_be_hidden()


def test_nobody_is_invited_elsewhere_nor_to_wait(
    inviting: Site, alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    page = inviting.visit("/returns")
    has_rules(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    wait(page, seconds=10)
    expect(launcher(page)).to_be_visible()
    assert asked == []
    at_work(alice).call("PUT", "me/state/", {"state": "idle"})

    page.evaluate("history.pushState(null, '', '/delivery')")
    with page.expect_response("**/free.js?*"):
        wait(page, seconds=6)

    expect(invitation(page)).to_be_hidden()


def test_where_storage_is_blocked_a_page_invites_once(inviting: Site) -> None:
    inviting.context.add_init_script(BLOCKED)
    with inviting.context.expect_event(
        "response", lambda answer: answer.url.endswith("/invitations.js")
    ):
        page = inviting.visit()
    page.wait_for_load_state("networkidle")
    wait(page, seconds=6)
    expect(invitation(page)).to_be_visible()

    page.get_by_role("button", name="Close invitation").click()

    wait(page, seconds=120)
    expect(invitation(page)).to_be_hidden()
