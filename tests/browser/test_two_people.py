"""Two people in one browser, each with a tab; and one who comes back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from agents.models import Agent, AgentState
from contacts.models import Message
from tests.browser.desk_steps import sign_in
from tests.browser.steps import bubbles, editor, say
from tests.factories import PASSWORD


def enter(page: Page, agent: Agent, address: str) -> None:
    page.goto(address)
    page.get_by_label("Email").fill(agent.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_tab_of_alice_does_nothing_as_bob(
    desk: Page, doras: Page, bob: Agent
) -> None:
    editor(desk).fill("I will look")
    other = desk.context.new_page()
    enter(other, bob, "/?again=1")
    expect(other.get_by_text("Connected", exact=True)).to_be_visible()

    dialog = desk.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Bob is signed in in this browser now")
    expect(dialog).to_contain_text("You were Alice.")
    desk.keyboard.press("Escape")
    desk.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_role("link", name="Go on as Bob").click()
    expect(desk.get_by_text("Connected", exact=True)).to_be_visible()
    expect(desk.get_by_text("I will look")).to_have_count(0)

    bob.refresh_from_db()
    assert bob.state != AgentState.AVAILABLE
    assert not Message.objects.filter(text="I will look").exists()


def test_a_tab_goes_on_when_its_person_is_back(
    desk: Page, doras: Page, alice: Agent
) -> None:
    editor(desk).fill("I will look")
    desk.context.clear_cookies()
    other = desk.context.new_page()
    desk.get_by_role("button", name="Agent state").click()

    expect(desk.get_by_role("alertdialog")).to_contain_text("signed out")
    sign_in(other, alice)

    expect(desk.get_by_role("alertdialog")).to_have_count(0)
    expect(desk.get_by_text("Connected", exact=True)).to_be_visible()
    expect(editor(desk)).to_have_value("I will look")
    say(desk, "I will look")
    expect(bubbles(doras).last).to_have_text("I will look")
