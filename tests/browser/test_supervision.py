"""A supervisor comes to an agent's help: watch, whisper, barge in, take over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import faults
from tests.browser.desk_steps import become, card, events, sign_in
from tests.browser.steps import bubbles, say
from tests.steps import client_for, for_agents

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent
    from contacts.models import Contact

    Desks = Callable[[Agent], Page]

SECRET = "Offer her a new one"


@pytest.fixture
def chat(doras: Page) -> Page:
    return doras


def whispers(page: Page) -> Locator:
    lines = page.get_by_role("log").get_by_role("listitem")
    return lines.filter(has_text="Whispered: only agents see this")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def watch(sam: Agent) -> None:
    """Watch the only chat there is, as the floor does."""
    from contacts.models import Contact

    contact: Contact = Contact.objects.get()
    url = for_agents(contact, "watch")
    assert client_for(sam).post(url, {"mode": "monitor"}).status_code == 200


def test_a_supervisor_comes_to_help(
    desk: Page, chat: Page, desk_of: Desks, sam: Agent
) -> None:
    ask_for_help(desk)
    sams = desk_of(sam)
    begin_to_watch(sams, sam, desk)
    whisper_to_alice(sams, desk, chat)
    stop_and_barge_in(sams, sam, desk, chat)
    take_over(sams, sam, desk, chat)


def test_the_page_of_a_watcher_has_no_faults(
    desk: Page, chat: Page, new_context: Callable[..., BrowserContext], sam: Agent
) -> None:
    sams = new_context(bypass_csp=True).new_page()
    sign_in(sams, sam)
    become(sams, "Available")
    watch(sam)
    card(sams, "Dora").click()
    whisper = sams.get_by_role("textbox", name="Whisper to Alice")
    whisper.fill(SECRET)
    whisper.press("Enter")
    expect(whispers(sams)).to_contain_text([SECRET])

    assert not faults(sams)

    sam.may_take_over = False
    sam.save(update_fields=["may_take_over"])
    button(sams, "Take over").click()
    expect(sams.get_by_role("dialog", name="Take over")).to_be_visible()
    assert not faults(sams)


def ask_for_help(desk: Page) -> None:
    """Alice asks for help, takes it back, and asks again."""
    button(desk, "Ask for help").click()
    dialog = desk.get_by_role("dialog", name="Ask for help")
    dialog.get_by_label("What it is about").fill("An invoice")
    dialog.get_by_role("button", name="Ask", exact=True).click()
    expect(dialog).to_be_hidden()
    asked = desk.get_by_text("You have asked for help: An invoice")
    expect(asked).to_be_visible()
    button(desk, "Need no help any more").click()
    expect(asked).to_be_hidden()
    button(desk, "Ask for help").click()
    desk.get_by_role("dialog").get_by_role("button", name="Ask", exact=True).click()
    expect(desk.get_by_text("You have asked for help.")).to_be_visible()


def begin_to_watch(sams: Page, sam: Agent, desk: Page) -> None:
    """Alice sees who watches, and that somebody has come."""
    watch(sam)
    expect(
        desk.get_by_role("status").get_by_text("Sam watches this chat")
    ).to_be_visible()
    expect(card(desk, "Dora")).to_contain_text("Sam watches this chat")
    expect(desk.get_by_text("You have asked for help.")).to_be_hidden()
    watched = card(sams, "Dora")
    expect(watched).to_contain_text("watching Alice")
    watched.click()
    expect(sams.get_by_role("textbox", name="Message")).to_be_hidden()
    say(desk, "One moment, please")
    expect(bubbles(sams)).to_contain_text(["One moment, please"])


def whisper_to_alice(sams: Page, desk: Page, chat: Page) -> None:
    """Alice reads it in the log, Dora nowhere."""
    whisper = sams.get_by_role("textbox", name="Whisper to Alice")
    whisper.fill(SECRET)
    whisper.press("Enter")
    expect(whisper).to_have_value("")
    expect(whispers(desk)).to_contain_text([SECRET])
    expect(whispers(sams)).to_contain_text([SECRET])
    desk.reload()
    expect(whispers(desk)).to_contain_text([SECRET])
    expect(whispers(desk)).to_contain_text(["Sam"])
    expect(chat.get_by_text(SECRET)).to_have_count(0)
    expect(chat.get_by_text("Sam")).to_have_count(0)


def stop_and_barge_in(sams: Page, sam: Agent, desk: Page, chat: Page) -> None:
    button(sams, "Stop watching").click()
    expect(sams.get_by_text("You do not watch Dora any more.")).to_be_visible()
    expect(card(sams, "Dora")).to_have_count(0)
    watch(sam)
    card(sams, "Dora").click()
    button(sams, "Barge in").click()
    expect(button(sams, "Exit Conference")).to_be_visible()
    expect(events(chat)).to_contain_text(["Alice has joined", "Sam has joined"])
    say(sams, "Good morning, Sam here")
    expect(bubbles(chat)).to_contain_text(
        ["One moment, please", "Good morning, Sam here"]
    )
    expect(desk.get_by_text("In conference with Sam")).to_be_visible()
    button(sams, "Exit Conference").click()
    expect(card(sams, "Dora")).to_have_count(0)


def take_over(sams: Page, sam: Agent, desk: Page, chat: Page) -> None:
    watch(sam)
    card(sams, "Dora").click()
    button(sams, "Take over").click()
    dialog = sams.get_by_role("dialog", name="Take over")
    dialog.get_by_role("button", name="Take over").click()
    expect(dialog.get_by_role("alert")).to_have_text("Give a reason first.")
    dialog.get_by_label("Reason").fill("She asked for me")
    dialog.get_by_role("button", name="Take over").click()
    expect(dialog).to_be_hidden()
    expect(button(sams, "End")).to_be_visible()
    expect(card(desk, "Dora")).to_have_count(0)
    expect(
        desk.get_by_text("Dora is no longer yours: the contact was taken over.")
    ).to_be_visible()
    say(sams, "I take care of it")
    expect(bubbles(chat)).to_contain_text(["I take care of it"])
