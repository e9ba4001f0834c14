"""Dora leaves a message where nobody can chat, and is answered by mail (D30)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from contacts.models import Contact
from tests.browser.desk_steps import accept
from tests.browser.steps import editor, say, start_chat
from tests.factories import HoursFactory
from tests.post_office import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from agents.models import Agent, MultimediaProfile, Organisation
    from queues.models import EntryPoint, Queue
    from tests.post_office import PostOffice

EMAIL = "dora@example.com"


def take_messages(entry_point: EntryPoint, profile: MultimediaProfile) -> None:
    entry_point.offline_messages = True
    entry_point.save(update_fields=["offline_messages"])
    profile.email = 1
    profile.save(update_fields=["email"])


def leave(page: Page, text: str) -> None:
    form = page.get_by_role("region", name="Leave a message")
    form.get_by_label("Name").fill("Dora")
    form.get_by_label("Email").fill(EMAIL)
    form.get_by_label("Message", exact=True).fill(text)
    form.get_by_role("button", name="Send message").click()
    thanks = form.get_by_role("status").get_by_text(f"by mail to {EMAIL}")
    expect(thanks).to_be_visible()


def read_in(desk: Page, agent: Agent, language: str) -> None:
    agent.language = language
    agent.save(update_fields=["language"])
    desk.reload()


def test_a_message_is_left_answered_by_mail_and_sent_again(
    new_context: Callable[..., BrowserContext],
    direct: EntryPoint,
    support: Queue,
    chat_profile: MultimediaProfile,
    alice: Agent,
    desk: Page,
    post_office: PostOffice,
) -> None:
    take_messages(direct, chat_profile)
    support.max_waiting = 0
    support.save(update_fields=["max_waiting"])
    page = new_context().new_page()
    page.goto(f"/chat/{direct.key}/")
    expect(page.get_by_role("heading", name="Leave a message")).to_be_visible()
    leave(page, "Where is my order?")

    expect(desk.get_by_role("listitem", name="Dora")).to_contain_text("E-mail")
    accept(desk, "Dora")
    log = desk.get_by_role("log")
    expect(log).to_contain_text("Where is my order?")
    post_office.at_mail = "552 5.3.4 Too big"
    say(desk, "On its way")
    expect(log).to_contain_text("On its way by mail")
    post_office.sends()
    expect(log).to_contain_text("The mail server refused the mail: 552 5.3.4 Too big")
    read_in(desk, alice, "de")
    expect(log).to_contain_text("Der Mailserver hat die Mail abgelehnt: 552 5.3.4 Too")
    read_in(desk, alice, "")
    post_office.at_mail = "250 OK"
    desk.get_by_role("button", name="Send again").click()
    expect(log).to_contain_text("On its way by mail")
    post_office.sends()
    expect(log).to_contain_text("Sent by mail")

    (letter,) = post_office.letters
    assert letter["To"] == EMAIL
    assert "On its way" in text_of(letter)
    desk.get_by_role("button", name="End", exact=True).click()
    expect(desk.get_by_role("heading", name="Wrap up")).to_be_visible()


def test_who_waits_for_long_leaves_a_message_and_the_line(
    new_context: Callable[..., BrowserContext],
    direct: EntryPoint,
    chat_profile: MultimediaProfile,
) -> None:
    take_messages(direct, chat_profile)
    page = new_context().new_page()
    page.clock.install()
    page.goto(f"/chat/{direct.key}/")
    page.get_by_label("Name").fill("Dora")
    start_chat(page)
    expect(editor(page)).to_be_editable()
    instead = page.get_by_role("button", name="Leave a message instead")
    expect(instead).to_be_hidden()

    page.clock.fast_forward("05:01")
    instead.click()
    known = page.get_by_role("dialog").get_by_label("Name")
    expect(known).to_have_value("Dora")
    leave(page, "Please write to me")
    page.get_by_role("button", name="Close").click()

    expect(page.get_by_role("heading", name="This chat has ended")).to_be_visible()
    contacts = direct.contacts.order_by("opened_at")
    assert [(c.channel, c.state) for c in contacts] == [
        ("chat", "ended"),
        ("email", "queued"),
    ]


def test_a_form_that_is_open_at_closing_time_becomes_the_closed_page(
    new_context: Callable[..., BrowserContext],
    acme: Organisation,
    direct: EntryPoint,
    support: Queue,
    chat_profile: MultimediaProfile,
    alice: Agent,
    post_office: PostOffice,
) -> None:
    take_messages(direct, chat_profile)
    direct.prechat_fields += [{"name": "order", "label": "Order", "type": "text"}]
    direct.save(update_fields=["prechat_fields"])
    page = new_context().new_page()
    page.goto(f"/chat/{direct.key}/")
    page.get_by_label("Name").fill("Dora")
    page.get_by_label("Order").fill("A 17")

    support.hours = HoursFactory.create(organisation=acme, weekly=[])
    support.save(update_fields=["hours"])
    page.get_by_role("button", name="Start chat").click()

    closed = page.get_by_role("region", name="Closed")
    expect(closed).to_contain_text("We are closed at the moment.")
    expect(closed.get_by_text("We are closed at the moment.")).to_be_focused()
    expect(page.get_by_role("alert")).to_be_hidden()
    form = page.get_by_role("region", name="Leave a message")
    expect(form.get_by_label("Name")).to_have_value("Dora")

    support.hours = None
    support.save(update_fields=["hours"])
    page.get_by_role("button", name="Try again").click()
    again = page.get_by_role("region", name="Before the chat")
    expect(again.get_by_label("Name")).to_have_value("Dora")
    expect(again.get_by_label("Order")).to_have_value("A 17")
    assert not Contact.objects.exists()
    page.get_by_role("button", name="Start chat").click()
    expect(page.get_by_role("button", name="End chat")).to_be_visible()
