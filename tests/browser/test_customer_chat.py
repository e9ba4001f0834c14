"""The customer's page: form, waiting, conversation, end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from contacts.models import Contact, Customer, Message
from tests.browser.steps import bubbles, editor, say, start_chat

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent, MultimediaProfile
    from queues.models import EntryPoint, Queue
    from tests.browser.people import RestAgent

FIELDS = [
    {"name": "name", "label": "Name", "type": "text", "required": True},
    {"name": "email", "label": "E-mail", "type": "email", "required": False},
    {
        "name": "topic",
        "label": "Topic",
        "type": "select",
        "required": True,
        "choices": ["An order", "A bill"],
    },
    {"name": "details", "label": "Details", "type": "textarea", "required": False},
    {"name": "terms", "label": "I agree", "type": "checkbox", "required": True},
]


def ask(entry_point: EntryPoint) -> None:
    entry_point.prechat_fields = FIELDS
    entry_point.save(update_fields=["prechat_fields"])


def test_the_form_asks_what_the_entry_point_wants(
    chat: Page, direct: EntryPoint
) -> None:
    ask(direct)
    chat.reload()

    chat.get_by_label("Name").fill("Dora")
    chat.get_by_label("Topic").select_option("A bill")
    chat.get_by_label("Details").fill("It is too high.")
    chat.get_by_label("I agree").check()
    start_chat(chat)

    customer = Customer.objects.get()
    assert customer.name == "Dora"
    assert customer.attributes == {
        "topic": "A bill",
        "details": "It is too high.",
        "terms": "true",
    }


def test_what_the_server_refuses_is_said_beside_the_field(
    chat: Page, direct: EntryPoint
) -> None:
    ask(direct)
    chat.reload()

    chat.get_by_label("Name").fill("D" * 101)
    chat.get_by_label("Topic").select_option("A bill")
    chat.get_by_label("I agree").check()
    chat.get_by_role("button", name="Start chat").click()

    expect(chat.get_by_label("Name")).to_have_accessible_description(
        re.compile("100 characters")
    )
    expect(chat.get_by_label("Name")).to_be_focused()
    expect(chat.get_by_label("Name")).to_have_value("D" * 101)
    expect(chat.get_by_label("Topic")).to_have_value("A bill")
    assert not Contact.objects.exists()


def test_a_closed_entry_point_says_so_and_opens_again(
    chat: Page, direct: EntryPoint
) -> None:
    direct.is_active = False
    direct.save(update_fields=["is_active"])
    chat.reload()
    expect(chat.get_by_text("closed at the moment")).to_be_visible()

    direct.is_active = True
    direct.save(update_fields=["is_active"])
    chat.get_by_role("button", name="Try again").click()

    expect(chat.get_by_role("button", name="Start chat")).to_be_visible()


def test_a_full_queue_says_so(
    chat: Page,
    new_context: Callable[..., BrowserContext],
    direct: EntryPoint,
    support: Queue,
) -> None:
    support.max_waiting = 1
    support.save(update_fields=["max_waiting"])
    start_chat(chat)

    late = new_context().new_page()
    late.goto(f"/chat/{direct.key}/")

    expect(late.get_by_text("the queue is full")).to_be_visible()


def test_waiting_shows_the_place_in_the_queue(
    chat: Page,
    new_context: Callable[..., BrowserContext],
    direct: EntryPoint,
    alice: Agent,
    at_work: Callable[[Agent], RestAgent],
    chat_profile: MultimediaProfile,
) -> None:
    chat_profile.chat = 1
    chat_profile.save(update_fields=["chat"])
    start_chat(chat)
    expect(chat.get_by_text("Nobody is here to answer right now")).to_be_visible()
    at_work(alice)
    second = new_context().new_page()
    second.goto(f"/chat/{direct.key}/")
    start_chat(second)

    expect(chat.get_by_text("An agent is being called")).to_be_visible()
    expect(second.get_by_text("You are number 2 in the queue")).to_be_visible()
    expect(second.get_by_text("You can already write")).to_be_visible()


def test_a_chat_from_the_first_word_to_the_rating(
    chat: Page, alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    start_chat(chat)
    say(chat, "Is anybody there?")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()

    worker = at_work(alice)
    worker.accept()
    expect(chat.get_by_text("Alice has joined the chat")).to_be_visible()
    expect(chat.get_by_text("in the queue")).to_be_hidden()

    worker.say("Good morning")
    worker.has_read(1)
    expect(bubbles(chat)).to_have_text(["Is anybody there?", "Good morning"])
    expect(chat.get_by_text("Read", exact=True)).to_be_visible()

    worker.end()
    expect(chat.get_by_text("Alice has left the chat")).to_be_visible()
    expect(chat.get_by_role("heading", name="This chat has ended")).to_be_focused()
    expect(chat.get_by_text("The chat has ended", exact=True)).to_be_hidden()
    expect(editor(chat)).to_be_hidden()

    chat.get_by_role("radio", name="4 of 5").check()
    expect(chat.get_by_text("Thank you for your rating")).to_be_visible()
    assert Contact.objects.get().rating == 4
    chat.get_by_label("Comment").fill("Quick and kind")
    chat.get_by_role("button", name="Send comment").click()
    expect(chat.get_by_text("Thank you")).to_be_focused()

    contact = Contact.objects.get()
    assert (contact.rating, contact.rating_comment) == (4, "Quick and kind")


def test_the_customer_ends_keeps_the_transcript_and_starts_again(
    chat: Page, alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    chat.get_by_label("Name").fill("Dora")
    start_chat(chat)
    at_work(alice).accept()
    say(chat, "Thank you, that is all")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()

    chat.get_by_role("button", name="End chat").click()
    question = chat.get_by_role("dialog", name="End chat?")
    question.get_by_role("button", name="Keep chatting").click()
    expect(question).to_be_hidden()
    expect(editor(chat)).to_be_enabled()

    chat.get_by_role("button", name="End chat").click()
    question.get_by_role("button", name="End chat").click()
    expect(chat.get_by_text("You have left the chat")).to_be_visible()
    expect(editor(chat)).to_be_hidden()

    with chat.expect_download() as download:
        chat.get_by_role("button", name="Download transcript").click()
    assert "Thank you, that is all" in download.value.path().read_text()
    assert re.fullmatch(
        r"acme-chat-\d{4}-\d\d-\d\d\.txt", download.value.suggested_filename
    )

    chat.get_by_role("button", name="Start a new chat").click()
    expect(chat.get_by_label("Name")).to_have_value("Dora")
    start_chat(chat)
    expect(bubbles(chat)).to_have_count(0)
    assert Contact.objects.count() == 2


def test_return_sends_and_shift_return_is_a_new_line(chat: Page) -> None:
    start_chat(chat)

    editor(chat).fill("one")
    editor(chat).press("Shift+Enter")
    editor(chat).press_sequentially("two")
    editor(chat).press("Enter")

    expect(bubbles(chat)).to_have_text(["one\ntwo"])
    expect(editor(chat)).to_have_value("")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    assert Message.objects.get().text == "one\ntwo"


def test_a_message_that_is_too_long_stays_in_the_editor(chat: Page) -> None:
    start_chat(chat)

    say(chat, "x" * 8001)

    expect(chat.get_by_text("at most 8,000 characters")).to_be_visible()
    expect(editor(chat)).to_have_value("x" * 8001)
    assert not Message.objects.exists()


def test_markup_is_text(
    chat: Page, alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    start_chat(chat)
    worker = at_work(alice)
    worker.accept()

    worker.say("<img src=x onerror=alert(1)><b>bold</b>")

    expect(bubbles(chat)).to_have_text(["<img src=x onerror=alert(1)><b>bold</b>"])


def test_a_token_that_no_longer_opens_the_chat_leads_to_a_new_one(chat: Page) -> None:
    start_chat(chat)
    chat.evaluate(
        """() => {
          const key = Object.keys(localStorage).find((name) => name.includes("visit."));
          const visit = JSON.parse(localStorage.getItem(key));
          localStorage.setItem(key, JSON.stringify({ ...visit, token: "wrong" }));
        }"""
    )

    chat.reload()

    expect(chat.get_by_role("button", name="Start chat")).to_be_visible()
