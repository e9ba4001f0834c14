"""A supervisor at the floor: who needs help, why, and what is done about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

from contacts.models import Contact, QueueVisit
from core import clock
from tests.browser.accessibility import faults
from tests.browser.desk_steps import accept, card, expect_state
from tests.browser.steps import say
from tests.factories import PASSWORD, QueueFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent, Organisation
    from queues.models import Queue
    from tests.browser.people import RestAgent


@pytest.fixture
def floor(
    new_context: Callable[..., BrowserContext],
    sam: Agent,
    support: Queue,
    billing: Queue,
) -> Page:
    """Sam's browser, at the floor; what judges the page is from elsewhere."""
    page = new_context(bypass_csp=True).new_page()
    page.goto("/?next=/floor/")
    page.get_by_label("Email").fill(sam.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("status").filter(has_text="Connected")).to_be_visible()
    return page


def queue_row(floor: Page, name: str) -> Locator:
    return floor.get_by_role("table", name="Queues").get_by_role("row", name=name)


def number(floor: Page, queue: str, column: str) -> Locator:
    """Return the button with a number of a queue."""
    named = re.compile(rf"^{queue}, {column}: ")
    return queue_row(floor, queue).get_by_role("button", name=named)


def agent_row(floor: Page, name: str) -> Locator:
    return floor.get_by_role("table", name="Agents").get_by_role("row", name=name)


def panel(floor: Page) -> Locator:
    return floor.get_by_role("complementary")


def give_reason(floor: Page, reason: str, submit: str) -> None:
    dialog = floor.get_by_role("dialog")
    dialog.get_by_label("Reason").fill(reason)
    dialog.get_by_role("button", name=submit, exact=True).click()
    expect(dialog).to_be_hidden()


def test_a_supervisor_sees_the_floor_and_acts(
    floor: Page,
    desk: Page,
    visit: Callable[[str], Page],
    support: Queue,
    billing: Queue,
) -> None:
    doras = visit("Dora")
    expect(number(floor, "Support", "Ringing")).to_have_text("1")
    accept(desk, "Dora")
    say(doras, "My bill is wrong.")
    expect(number(floor, "Support", "Connected")).to_have_text("1")
    expect(number(floor, "Support", "Answered")).to_have_text("1")
    agent_row(floor, "Alice").get_by_role("button", name="Dora").click()
    expect(panel(floor).get_by_role("heading", name="Dora")).to_be_focused()
    expect(panel(floor)).to_contain_text("Alice was available longest")
    expect(panel(floor).get_by_text("My bill is wrong.")).to_be_visible()
    assert not faults(floor)

    panel(floor).get_by_role("button", name="Move to a queue").click()
    dialog = floor.get_by_role("dialog")
    dialog.get_by_label("Choose a queue").select_option("Billing")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(dialog.get_by_role("alert")).to_have_text("Give a reason.")
    assert Contact.objects.get().queue == support
    give_reason(floor, "It is about a bill.", "Move")
    expect(panel(floor).get_by_text("The chat waits in the queue.")).to_be_visible()
    expect(number(floor, "Support", "Connected")).to_have_text("0")
    expect(number(floor, "Billing", "Ringing")).to_have_text("1")
    number(floor, "Billing", "Ringing").click()
    panel(floor).get_by_role("button", name="Dora").click()
    panel(floor).get_by_role("button", name="Close chat").click()
    give_reason(floor, "It is settled.", "Close chat")
    expect(doras.get_by_text("The chat has ended")).to_be_visible()
    expect(card(desk, "Dora")).to_be_hidden()
    expect(number(floor, "Billing", "Ringing")).to_have_text("0")
    floor.keyboard.press("Escape")
    expect(panel(floor)).to_be_hidden()
    expect(number(floor, "Billing", "Ringing")).to_be_focused()


def test_an_agents_state_is_changed_with_a_reason(floor: Page, desk: Page) -> None:
    agent_row(floor, "Alice").get_by_role("button", name="Alice").press("Enter")
    panel(floor).get_by_label("New state").select_option("Idle, Meeting")
    panel(floor).get_by_role("button", name="Change state").click()
    expect(panel(floor).get_by_role("alert")).to_have_text("Give a reason.")
    panel(floor).get_by_label("Reason").fill("All hands")
    panel(floor).get_by_role("button", name="Change state").click()

    expect(panel(floor).get_by_text("The state is changed.")).to_be_visible()
    expect(agent_row(floor, "Alice")).to_contain_text("Idle, Meeting")
    expect_state(desk, "Meeting")


def test_what_is_looked_at_stays_in_the_address(
    floor: Page, visit: Callable[[str], Page], support: Queue, billing: Queue
) -> None:
    visit("Dora")
    QueueVisit.objects.update(entered_at=clock.now().replace(year=2020))
    needs = floor.get_by_role("region", name="Needs help")
    expect(needs.get_by_role("listitem")).to_contain_text("Support: waiting longer")

    floor.get_by_label("Queue", exact=True).select_option("Billing")
    expect(queue_row(floor, "Support")).to_have_count(0)
    expect(needs).to_contain_text("Nobody needs help now.")
    floor.get_by_role("switch", name="Wall").click()
    assert f"queue={billing.pk}" in floor.url
    floor.reload()

    expect(queue_row(floor, "Billing")).to_be_visible()
    expect(queue_row(floor, "Support")).to_have_count(0)
    expect(floor.get_by_role("switch", name="Wall")).to_be_checked()
    floor.get_by_label("Queue", exact=True).select_option("All")
    number(floor, "Support", "Waiting").click()
    expect(panel(floor).get_by_role("button", name="Customer")).to_be_visible()
    expect(floor.get_by_text("Dora")).to_have_count(0)


def test_a_lost_connection_is_seen(floor: Page) -> None:
    floor.context.set_offline(True)
    floor.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(floor.get_by_text("Not up to date")).to_be_visible()

    floor.context.set_offline(False)

    expect(floor.get_by_text("Not up to date")).to_be_hidden()


def test_one_menu_leads_from_place_to_place(floor: Page) -> None:
    floor.get_by_role("button", name="Go to").click()

    places = floor.get_by_role("menu", name="Go to").get_by_role("menuitem")
    expect(places).to_have_text(["Desk", "Floor", "Reports", "Quality"])


def test_a_supervisor_helps(
    floor: Page,
    desk: Page,
    visit: Callable[[str], Page],
    alice: Agent,
    at_work: Callable[[Agent], RestAgent],
) -> None:
    doras = visit("Dora")
    accept(desk, "Dora")
    say(doras, "My bill is wrong.")
    contact = Contact.objects.get()
    at_work(alice).call("POST", f"contacts/{contact.pk}/help/", {"text": "An invoice"})
    needs = floor.get_by_role("region", name="Needs help")
    needs.get_by_role("button", name="Alice asks for help: An invoice").click()
    with floor.context.expect_page() as opened:
        panel(floor).get_by_role("button", name="Watch", exact=True).click()
    expect(opened.value).to_have_url(re.compile(rf"/desk/#{contact.pk}$"))
    expect(needs).to_contain_text("Nobody needs help now.")
    expect(agent_row(floor, "Alice")).to_contain_text("Sam watches")

    panel(floor).get_by_role("button", name="Whisper", exact=True).click()
    panel(floor).get_by_label("Whisper to Alice").fill("Offer her a new one")
    panel(floor).get_by_role("button", name="Send whisper").click()
    expect(panel(floor).get_by_text("Sam: Offer her a new one")).to_be_visible()
    assert not faults(floor)
    expect(doras.get_by_text("Offer her a new one")).to_have_count(0)

    panel(floor).get_by_role("button", name="Barge in").click()
    expect(doras.get_by_text("Sam has joined the chat")).to_be_visible()
    expect(panel(floor)).to_contain_text("Alice, Sam")

    panel(floor).get_by_role("button", name="Take over").click()
    give_reason(floor, "She asked for me.", "Take over")
    expect(doras.get_by_text("Alice has left the chat")).to_be_visible()
    expect(agent_row(floor, "Sam").get_by_role("button", name="Dora")).to_be_visible()
    expect(agent_row(floor, "Alice").get_by_role("button", name="Dora")).to_have_count(
        0
    )


def test_what_is_set_up_meanwhile_is_there_at_once(
    floor: Page, desk: Page, visit: Callable[[str], Page], sam: Agent, support: Queue
) -> None:
    visit("Dora")
    accept(desk, "Dora")
    agent_row(floor, "Alice").get_by_role("button", name="Dora").click()
    watch = panel(floor).get_by_role("button", name="Watch", exact=True)
    expect(watch).to_be_visible()

    sam.may_watch = False
    sam.save(update_fields=["may_watch"])
    returns = QueueFactory.create(
        organisation=support.organisation, name="Returns", teams=sam.teams.all()
    )

    expect(watch).to_be_hidden()
    expect(panel(floor).get_by_role("button", name="Whisper")).to_be_hidden()
    expect(panel(floor).get_by_role("button", name="Barge in")).to_be_visible()
    choice = floor.get_by_label("Queue", exact=True)
    expect(choice.get_by_role("option")).to_have_text(
        ["All", "Billing", "Returns", "Support"]
    )
    panel(floor).get_by_role("button", name="Move to a queue").click()
    dialog = floor.get_by_role("dialog")
    expect(dialog.get_by_label("Choose a queue")).to_have_value(str(support.pk))
    dialog.get_by_label("Choose a queue").select_option("Returns")
    give_reason(floor, "It goes back.", "Move")
    expect(number(floor, "Returns", "Ringing")).to_have_text("1")
    assert Contact.objects.get().queue == returns


def test_slots_are_listed_with_the_comma_of_the_language(
    new_context: Callable[..., BrowserContext],
    acme: Organisation,
    sam: Agent,
    alice: Agent,
) -> None:
    profile = acme.default_multimedia_profile
    assert profile is not None
    profile.email = 1
    profile.save(update_fields=["email"])
    page = new_context(locale="ar").new_page()
    page.goto("/?next=/floor/")
    page.locator("[name=email]").fill(sam.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[type=submit]").click()

    row = page.get_by_role("row").filter(has_text=alice.display_name)
    expect(row).to_contain_text(re.compile(r"\d\u060c "))
