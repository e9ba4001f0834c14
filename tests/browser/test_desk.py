"""The agent's desk: the whole job, and what the desk shows on the way."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from agents.services import people
from contacts import jobs
from contacts.models import Assignment, AssignmentState, ContactState, Customer
from core import clock
from tests.browser.desk_steps import (
    accept,
    become,
    card,
    end,
    expect_phase,
    expect_state,
    sign_in,
    wrap_up,
)
from tests.browser.steps import bubbles, editor, say, senders
from wrapup.models import WrapUp

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent, Organisation
    from wrapup.models import WrapUpCode


def test_the_whole_job(desk: Page, visit: Callable[[str], Page]) -> None:
    chat = visit("Dora")
    expect_phase(desk, "Dora", "ringing")
    expect(desk).to_have_title("(1 offered) Agent Desktop - Parley")

    accept(desk, "Dora")
    expect(editor(desk)).to_be_focused()
    say(desk, "Good morning, how can I help?")
    expect(bubbles(chat)).to_have_text(["Good morning, how can I help?"])
    say(chat, "My bill is wrong.")
    expect(bubbles(desk)).to_have_text(
        ["Good morning, how can I help?", "My bill is wrong."]
    )
    expect(desk.get_by_text("Read", exact=True)).to_be_visible()
    expect_phase(desk, "Dora", "connected")

    end(desk)
    expect(chat.get_by_text("Alice has left the chat")).to_be_visible()
    expect_phase(desk, "Dora", "wrapup")
    desk.get_by_label("Note", exact=True).fill("About a bill")
    wrap_up(desk, "Escalated")

    expect(card(desk, "Dora")).to_have_count(0)
    expect(desk.get_by_text("Waiting for the next chat")).to_be_visible()
    done = WrapUp.objects.get()
    assert (done.code_name, done.note) == ("Escalated", "About a bill")
    assert done.assignment.contact.state == ContactState.ENDED


def test_the_customer_leaves_first(desk: Page, visit: Callable[[str], Page]) -> None:
    chat = visit("Dora")
    accept(desk, "Dora")

    chat.get_by_role("button", name="End chat").click()
    chat.get_by_role("dialog").get_by_role("button", name="End chat").click()

    expect(desk.get_by_role("log")).to_contain_text("The customer has left the chat")
    expect(card(desk, "Dora")).to_contain_text("Customer left")
    expect(editor(desk)).to_be_disabled()
    expect(desk.get_by_text("Choose End to wrap it up")).to_be_visible()
    end(desk)
    wrap_up(desk, "Resolved")
    expect(card(desk, "Dora")).to_have_count(0)


def test_a_missed_offer_goes_to_the_next_agent(
    desk: Page,
    acme: Organisation,
    bob: Agent,
    new_context: Callable[..., BrowserContext],
    visit: Callable[[str], Page],
) -> None:
    acme.acceptance_timeout, acme.blink_duration = 1, 3
    acme.save(update_fields=["acceptance_timeout", "blink_duration"])
    others = new_context().new_page()
    sign_in(others, bob)
    become(others, "Available")
    visit("Dora")
    expect_phase(desk, "Dora", "blinking")
    expect(card(desk, "Dora")).to_contain_text(re.compile("0:0[4-9]|0:[1-9]"))

    jobs.expire_offers(clock.now())

    expect(desk.get_by_role("alert")).to_contain_text("RONA")
    expect_state(desk, "RONA")
    expect(card(desk, "Dora")).to_have_count(0)
    accept(others, "Dora")
    desk.get_by_role("button", name="Go Available").click()
    expect_state(desk, "Available")
    expect(desk.get_by_role("alert")).to_be_hidden()


def test_a_declined_offer_goes_away(desk: Page, visit: Callable[[str], Page]) -> None:
    visit("Dora")

    card(desk, "Dora").get_by_role("button", name="Decline").click()

    expect(card(desk, "Dora")).to_have_count(0)
    expect_state(desk, "Available")
    assert Assignment.objects.get().state == AssignmentState.DECLINED


def test_an_offer_that_is_gone_is_refused_in_words(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    visit("Dora")
    expect_phase(desk, "Dora", "ringing")
    desk.context.set_offline(True)
    expect(desk.get_by_text("Reconnecting", exact=True)).to_be_visible()

    card(desk, "Dora").get_by_role("button", name="Accept").click()

    expect(card(desk, "Dora").get_by_role("alert")).to_contain_text("cannot be reached")
    jobs.expire_offers(clock.now() + timedelta(minutes=2))
    desk.context.set_offline(False)
    expect(desk.get_by_role("alert")).to_contain_text("RONA")
    expect(card(desk, "Dora")).to_have_count(0)


def test_a_reason_that_went_away_is_asked_for_again(
    desk: Page, visit: Callable[[str], Page], escalated: WrapUpCode
) -> None:
    visit("Dora")
    accept(desk, "Dora")
    end(desk)
    desk.get_by_label("Note", exact=True).fill("Kept")
    reasons = desk.get_by_label("Select Wrap Up").get_by_role("option")
    expect(reasons).to_have_text(["Choose a reason", "Escalated", "Resolved"])
    escalated.is_active = False
    escalated.save(update_fields=["is_active"])

    wrap_up(desk, "Escalated")

    expect(desk.get_by_text("That reason is no longer available")).to_be_visible()
    expect(reasons).to_have_text(["Choose a reason", "Resolved"])
    expect(desk.get_by_label("Note", exact=True)).to_have_value("Kept")
    wrap_up(desk, "Resolved")
    expect(card(desk, "Dora")).to_have_count(0)
    assert WrapUp.objects.get().note == "Kept"


def test_the_details_of_the_customer(desk: Page, visit: Callable[[str], Page]) -> None:
    visit("Dora")
    accept(desk, "Dora")

    desk.get_by_role("button", name="Info").click()
    info = desk.get_by_role("region", name="Info")
    expect(info.get_by_label("Name")).to_have_value("Dora")
    asked = info.get_by_role("heading", name="Asked before this chat")
    expect(asked.locator("xpath=..")).to_contain_text("Dora")
    info.get_by_label("Email").fill("no address")
    info.get_by_role("button", name="Save").click()
    expect(info.get_by_role("alert")).to_be_visible()
    expect(info.get_by_label("Email")).to_be_focused()
    why = info.get_by_role("alert").inner_text()
    expect(info.get_by_label("Email")).to_have_accessible_description(why)
    info.get_by_label("Email").fill("dora@example.org")
    info.get_by_role("button", name="Save").click()

    expect(info.get_by_role("status")).to_have_text("Saved")
    assert Customer.objects.get().email == "dora@example.org"


def test_attributes_of_the_customer(desk: Page, visit: Callable[[str], Page]) -> None:
    """Added, changed and removed; kept over a reload until they are saved."""
    visit("Dora")
    accept(desk, "Dora")
    desk.get_by_role("button", name="Info").click()
    info = desk.get_by_role("region", name="Info")
    for name, value in (("order", "A-1"), ("tier", "gold"), ("tier", "silver")):
        info.get_by_role("button", name="Add attribute").click()
        info.get_by_label("Attribute").last.fill(name)
        info.get_by_label(f"Value of {name}").last.fill(value)

    info.get_by_role("button", name="Save").click()
    expect(info.get_by_role("alert")).to_contain_text("there twice")
    info.get_by_role("button", name="Remove tier").last.click()
    desk.reload()
    expect(info.get_by_label("Value of tier")).to_have_value("gold")
    info.get_by_role("button", name="Save").click()
    expect(info.get_by_role("status")).to_have_text("Saved")
    assert Customer.objects.get().attributes == {"order": "A-1", "tier": "gold"}

    info.get_by_label("Value of order").fill("4111 1111 1111 1111")
    info.get_by_role("button", name="Remove tier").click()
    info.get_by_role("button", name="Save").click()
    expect(info.get_by_label("Value of order")).to_have_value("************1111")
    assert Customer.objects.get().attributes == {"order": "************1111"}


def test_earlier_contacts_can_be_read_again(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    chat = visit("Dora")
    accept(desk, "Dora")
    say(chat, "The first time")
    expect(bubbles(desk)).to_have_text(["The first time"])
    end(desk)
    wrap_up(desk, "Resolved")
    expect(card(desk, "Dora")).to_have_count(0)
    chat.get_by_role("button", name="Start a new chat").click()
    chat.get_by_label("Name").fill("Dora")
    chat.get_by_role("button", name="Start chat").click()
    accept(desk, "Dora")

    desk.get_by_role("button", name="History").click()
    history = desk.get_by_role("region", name="History")
    history.get_by_role("button", name=", Support").click()

    transcript = desk.get_by_role("dialog", name="Transcript")
    expect(transcript).to_contain_text("The first time")
    expect(transcript.get_by_role("textbox")).to_have_count(0)
    desk.keyboard.press("Escape")
    expect(transcript).to_be_hidden()

    desk.get_by_role("button", name="My recent chats").click()
    desk.get_by_role("button", name="Dora").click()
    expect(transcript).to_contain_text("The first time")
    desk.keyboard.press("Escape")

    search = desk.get_by_role("searchbox", name="Search customers")
    search.fill("nobody")
    expect(desk.get_by_text("Nobody you may see")).to_be_visible()
    search.fill("ORA")
    expect(desk.get_by_role("button", name="Dora").first).to_be_visible()


def test_a_new_name_shows_at_once(desk: Page, doras: Page, alice: Agent) -> None:
    alice.refresh_from_db()
    alice.display_name = "Alicia"
    people.save(alice, changed={"display_name"}, now=clock.now())

    expect(desk.get_by_role("button", name="You: Alicia")).to_be_visible()
    say(desk, "It is still me.")

    expect(senders(doras)).to_have_text(["You", "Alice", "Alicia"])
    expect(senders(desk)).to_have_text(["Dora", "You", "You"])


def test_a_card_number_is_seen_by_nobody_and_the_sender_is_told(
    desk: Page, doras: Page, acme: Organisation
) -> None:
    hidden = "in what you sent. Please do not send card data here."
    told, at_desk = (
        page.get_by_role("status").filter(has_text=hidden) for page in (doras, desk)
    )

    say(doras, "4111 1111")
    expect(bubbles(desk).nth(2)).to_have_text("4111 1111")
    say(doras, "1111 1111 is it")
    for page in (doras, desk):
        expect(bubbles(page).nth(2)).to_have_text("********")
        expect(bubbles(page).nth(3)).to_have_text("****1111 is it")
    expect(told).to_be_visible()
    expect(at_desk).to_be_hidden()

    say(desk, "You mean 5555-5555-5555-4444?")
    for page in (doras, desk):
        expect(bubbles(page).last).to_have_text("You mean ************4444?")
    expect(at_desk).to_be_visible()

    acme.sensitive_data_policy = "drop"
    acme.save(update_fields=["sensitive_data_policy"])
    say(doras, "Yes, 5555 5555 5555 4444")
    expect(doras.get_by_role("log")).to_contain_text("Please send it again without.")
    doras.get_by_role("button", name="Edit").click()
    expect(editor(doras)).to_have_value("Yes, 5555 5555 5555 4444")
    expect(bubbles(desk)).to_have_count(5)


def test_nobody_leaves_with_a_contact_in_hand(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    visit("Dora")
    accept(desk, "Dora")

    desk.get_by_role("button", name="Sign out").click()

    expect(desk.get_by_role("alert")).to_contain_text("before you sign out")
    end(desk)
    wrap_up(desk, "Resolved")
    expect(card(desk, "Dora")).to_have_count(0)
    become(desk, "Meeting")
    desk.get_by_role("button", name="Sign out").click()
    expect(desk.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_narrow_window_shows_one_pane_at_a_time(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    desk.set_viewport_size({"width": 390, "height": 780})
    visit("Dora")

    accept(desk, "Dora")
    expect(card(desk, "Dora")).to_be_hidden()
    desk.get_by_role("button", name="Info").click()
    expect(desk.get_by_role("log")).to_be_hidden()
    desk.get_by_role("button", name="Close").click()
    expect(desk.get_by_role("log")).to_be_visible()
    desk.get_by_role("button", name="Contacts").click()

    expect(card(desk, "Dora")).to_be_focused()
    expect(desk.get_by_role("log")).to_be_hidden()
