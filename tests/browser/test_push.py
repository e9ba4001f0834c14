"""The desk on a phone: offers that are pushed to this browser, by choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from agents.models import PushSubscription
from contacts.models import Contact
from tests.browser.accessibility import faults
from tests.browser.desk_steps import become, expect_connected, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext, Locator, Page, Worker

    from agents.models import Agent
    from tests.browser.server import Server

# The browser's part, for which it would ask its maker's push service.
SUBSCRIBES = """
const keys = {
  p256dh: "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQ" +
    "tUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
  auth: "tBHItJI5svbpez7KI4CCXg",
};
const endpoint = "https://push.example/alice";
PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
  if (!userVisibleOnly || applicationServerKey.length !== 65) throw new Error("not so");
  return { endpoint, toJSON: () => ({ endpoint, keys }) };
};
"""
PUSH = """async ({contact}) => {
  const data = JSON.stringify({contact, tag: "1", queue: "Support"});
  const event = new PushEvent("push", {data});
  const done = new Promise((resolve) => (event.waitUntil = resolve));
  self.dispatchEvent(event);
  await done;
  return (await self.registration.getNotifications()).map(({title}) => title);
}"""
TAP = """async () => {
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", {notification}));
}"""


@pytest.fixture(scope="module")
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


def choice(page: Page) -> Locator:
    """Return the switch, in the open menu of the person."""
    page.get_by_role("button", name="You:").click()
    return page.get_by_role("menuitemcheckbox", name="Notify me of offers")


def expect_choice(page: Page, *, is_on: bool) -> None:
    expect(choice(page)).to_have_attribute("aria-checked", str(is_on).lower())
    page.keyboard.press("Escape")


def at_desk(context: BrowserContext, agent: Agent) -> Page:
    page = context.new_page()
    page.add_init_script(SUBSCRIBES)
    sign_in(page, agent)
    return page


def workers(page: Page) -> Any:
    return page.evaluate(
        "async () => (await navigator.serviceWorker.getRegistrations())"
        ".map(({scope}) => new URL(scope).pathname)"
    )


def worker_of(page: Page) -> Worker:
    [worker] = page.context.service_workers
    return worker


def test_offers_are_pushed_by_choice(
    new_context: Callable[..., BrowserContext], alice: Agent, server: Server
) -> None:
    page = at_desk(new_context(permissions=["notifications"]), alice)
    expect_choice(page, is_on=False)
    assert workers(page) == []

    with page.expect_response("**/me/push/"):
        choice(page).click()
    expect_choice(page, is_on=True)
    assert PushSubscription.objects.get().agent == alice
    assert workers(page) == ["/desk/"]

    # What the server forgot comes back with the desk.
    PushSubscription.objects.all().delete()
    with page.expect_response("**/me/push/"):
        page.reload()
    expect_choice(page, is_on=True)
    assert PushSubscription.objects.exists()

    choice(page).click()
    expect_choice(page, is_on=False)
    page.reload()
    expect_connected(page)
    expect_choice(page, is_on=False)


def test_a_pushed_offer_leads_to_its_card(
    new_context: Callable[..., BrowserContext],
    alice: Agent,
    visit: Callable[[str], Page],
) -> None:
    page = at_desk(new_context(permissions=["notifications"]), alice)
    become(page, "Available")
    with page.expect_response("**/me/push/"):
        choice(page).click()
    expect_choice(page, is_on=True)
    visit("Dora")
    said = {"contact": str(Contact.objects.get().pk)}

    # A desk that is seen has told already.
    assert worker_of(page).evaluate(PUSH, said) == []
    page.goto("/password/")
    assert worker_of(page).evaluate(PUSH, said) == ["A contact is waiting"]
    page.goto("/desk/")
    expect_connected(page)
    worker_of(page).evaluate(TAP)

    page.wait_for_url(f"**/desk/#{said['contact']}")


def test_a_browser_that_may_not_says_so(
    new_context: Callable[..., BrowserContext], alice: Agent
) -> None:
    narrow = {"width": 320, "height": 700}
    page = at_desk(new_context(bypass_csp=True, viewport=narrow), alice)
    switch = choice(page)
    expect(switch).to_be_visible()
    box = switch.bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= box["x"] + box["width"] <= narrow["width"]
    found = faults(page)
    assert not found, "\n".join(found)

    switch.click()

    problem = page.get_by_role("alert").filter(has_text="does not let Parley notify")
    expect(problem).to_be_visible()
    expect_choice(page, is_on=False)
    assert workers(page) == []
    assert not PushSubscription.objects.exists()
