"""Conference and blind transfer: what each party sees, word by word (domain 4.5)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from contacts import jobs
from contacts.models import Contact, EndedReason
from core import clock
from tests.browser.desk_steps import (
    accept,
    ask,
    become,
    buttons,
    card,
    end,
    events,
    expect_buttons,
    expect_phase,
    expect_state,
    transfer,
    wrap_up,
)
from tests.browser.steps import bubbles, editor, say
from tests.factories import WrapUpCodeFactory
from wrapup.services import losses

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import Agent, Organisation
    from queues.models import Queue

    Desks = Callable[[Agent], Page]

COMMON = ["Info", "History"]


@pytest.fixture
def chat(doras: Page) -> Page:
    return doras


def let_the_offer_pass() -> None:
    """The clockwork, once the RONA timeout is over."""
    jobs.expire_offers(clock.now() + timedelta(minutes=2))


def leave(chat: Page) -> None:
    chat.get_by_role("button", name="End chat").click()
    chat.get_by_role("dialog").get_by_role("button", name="End chat").click()


def test_a_conference_falls_back_to_the_next_agent(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent, carol: Agent
) -> None:
    bobs, carols = desk_of(bob), desk_of(carol)
    seen_before = ["Alice has joined the chat"]

    ask(desk, "Bob")
    expect(desk.get_by_text("Waiting for Bob", exact=True)).to_be_visible()
    assert buttons(desk) == [*COMMON, "Cancel request", "Transfer", "Video", "End"]
    offer = card(bobs, "Dora")
    expect(offer).to_contain_text("Conference request from Alice")
    expect(events(chat)).to_have_text(seen_before)

    let_the_offer_pass()
    expect(desk.get_by_text("Bob did not answer; trying another")).to_be_visible()
    expect(desk.get_by_text("Waiting for Carol", exact=True)).to_be_visible()
    expect_state(bobs, "RONA")
    expect(offer).to_have_count(0)
    expect(events(chat)).to_have_text(seen_before)

    accept(carols, "Dora")
    joined = [*seen_before, "Carol has joined the chat"]
    for page in (desk, chat, carols):
        expect(events(page)).to_have_text(joined)
    expect(bubbles(carols)).to_have_text(["My bill is wrong.", "Good morning, Dora."])
    expect(desk.get_by_text("In conference with Carol")).to_be_visible()
    expect(desk.get_by_text("trying another")).to_be_hidden()
    expect(carols.get_by_text("In conference with Alice")).to_be_visible()
    expect(card(carols, "Dora")).to_contain_text("· Conference with Alice")
    assert buttons(desk) == [*COMMON, "Conference", "Video", "End Conference"]
    assert buttons(carols) == [*COMMON, "Exit Conference"]
    say(carols, "I see the mistake.")
    expect(bubbles(chat)).to_contain_text(["I see the mistake."])
    expect(bubbles(desk)).to_contain_text(["I see the mistake."])

    pressed = desk.get_by_role("button", name="Conference", exact=True)
    expect(pressed).to_have_attribute("aria-pressed", "true")
    pressed.click()
    left = [*joined, "Carol has left the chat"]
    expect(events(desk)).to_have_text(left)
    expect(events(chat)).to_have_text(left)
    expect(card(carols, "Dora")).to_have_count(0)
    expect(carols.get_by_role("heading", name="WRAP UP")).to_be_hidden()
    expect(carols.get_by_role("log")).to_have_count(0)
    expect(carols.get_by_text("Your part in the conference with Dora")).to_be_visible()

    end(desk)
    expect(events(chat)).to_contain_text([*left, "Alice has left the chat"])
    wrap_up(desk, "Resolved")
    expect(card(desk, "Dora")).to_have_count(0)


def test_nobody_takes_the_conference_request(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent
) -> None:
    bobs = desk_of(bob)
    ask(desk, "Bob")
    expect_phase(bobs, "Dora", "ringing")

    let_the_offer_pass()

    expect(desk.get_by_text("Bob did not answer; nobody available")).to_be_visible()
    expect(desk.get_by_text("Waiting for Bob")).to_be_hidden()
    assert buttons(desk) == [*COMMON, "Conference", "Transfer", "Video", "End"]
    expect(events(chat)).to_have_text(["Alice has joined the chat"])
    expect(editor(desk)).to_be_enabled()


def test_a_conference_request_is_taken_back(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent
) -> None:
    bobs = desk_of(bob)
    ask(desk, "Bob")
    expect_phase(bobs, "Dora", "ringing")

    desk.get_by_role("button", name="Cancel request").click()

    expect(card(bobs, "Dora")).to_have_count(0)
    expect(bobs.get_by_text("request about Dora was taken back")).to_be_visible()
    expect_state(bobs, "Available")
    conference = desk.get_by_role("button", name="Conference", exact=True)
    expect(conference).to_be_focused()
    expect(desk.get_by_text("Waiting for Bob")).to_be_hidden()


def test_end_conference_drops_everybody(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent
) -> None:
    bobs = desk_of(bob)
    ask(desk, "Bob")
    accept(bobs, "Dora")

    desk.get_by_role("button", name="End Conference").click()

    expect(desk.get_by_role("heading", name="WRAP UP")).to_be_visible()
    expect(card(bobs, "Dora")).to_have_count(0)
    expect(bobs.get_by_role("log")).to_have_count(0)
    expect(events(chat)).to_contain_text(
        ["Bob has joined the chat", "Bob has left the chat", "Alice has left the chat"]
    )
    expect(editor(chat)).to_be_hidden()


def test_the_colleague_exits_and_the_chat_goes_on(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent
) -> None:
    bobs = desk_of(bob)
    ask(desk, "Bob")
    accept(bobs, "Dora")

    bobs.get_by_role("button", name="Exit Conference").click()

    expect(card(bobs, "Dora")).to_have_count(0)
    expect(desk.get_by_role("log")).to_contain_text("Bob has left the chat")
    expect(chat.get_by_role("log")).to_contain_text("Bob has left the chat")
    expect(desk.get_by_text("In conference with")).to_be_hidden()
    assert buttons(desk) == [*COMMON, "Conference", "Transfer", "Video", "End"]
    say(desk, "Where were we?")
    expect(bubbles(chat)).to_contain_text(["Where were we?"])


def test_the_customer_leaves_a_conference(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent
) -> None:
    bobs = desk_of(bob)
    ask(desk, "Bob")
    accept(bobs, "Dora")

    leave(chat)

    for page in (desk, bobs):
        expect(page.get_by_role("log")).to_contain_text(
            "The customer has left the chat"
        )
        expect(editor(page)).to_be_disabled()
    assert buttons(desk) == [*COMMON, "End Conference"]
    expect(card(bobs, "Dora")).to_have_count(0)
    expect(bobs.get_by_text("ended your part of the chat. You can")).to_be_visible()
    expect(bobs.get_by_text("In conference with")).to_be_hidden()
    assert buttons(bobs) == ["Close"]
    bobs.get_by_role("button", name="Close", exact=True).click()
    expect(bobs.get_by_role("log")).to_have_count(0)
    desk.get_by_role("button", name="End Conference").click()
    wrap_up(desk, "Resolved")
    expect(card(desk, "Dora")).to_have_count(0)
    expect(chat.get_by_text("Alice has left the chat")).to_have_count(0)


def test_a_transfer_to_an_agent(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent
) -> None:
    bobs = desk_of(bob)
    before = ["Alice has joined the chat"]
    refused: list[str] = []
    desk.on("response", lambda r: refused.append(r.url) if r.status >= 400 else None)

    transfer(desk, "Agent", "Bob", note="Wrong bill in May")

    expect(desk.get_by_role("heading", name="WRAP UP")).to_be_focused()
    expect(desk.get_by_text("no longer yours to read")).to_be_visible()
    expect(desk.get_by_text("My bill is wrong.")).to_have_count(0)
    expect(desk.get_by_role("button", name="History")).to_be_hidden()
    expect(events(chat)).to_have_text([*before, "Alice has left the chat"])
    expect(chat.get_by_text("being connected to another agent")).to_be_visible()
    assert refused == []
    offer = card(bobs, "Dora")
    expect(offer).to_contain_text("Transfer from Alice")
    expect(offer).to_contain_text("My bill is wrong.")
    expect(offer).to_contain_text("Wrong bill in May")

    accept(bobs, "Dora")
    both = [*before, "Alice has left the chat", "Bob has joined the chat"]
    expect(events(chat)).to_have_text(both)
    expect(events(bobs)).to_have_text(both)
    expect(bubbles(bobs)).to_have_text(["My bill is wrong.", "Good morning, Dora."])
    expect(bobs.get_by_text("Note from Alice")).to_be_visible()
    expect(chat.get_by_text("Wrong bill in May")).to_have_count(0)
    wrap_up(desk, "Escalated")
    expect(card(desk, "Dora")).to_have_count(0)
    say(bobs, "Let me look.")
    expect(bubbles(chat)).to_contain_text(["Let me look."])


def test_a_transfer_that_is_not_answered(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent
) -> None:
    bobs = desk_of(bob)
    transfer(desk, "Agent", "Bob")
    expect_phase(bobs, "Dora", "ringing")
    desk.get_by_label("Note", exact=True).fill("Wanted her money back")

    let_the_offer_pass()

    expect_state(bobs, "RONA")
    expect(card(bobs, "Dora")).to_have_count(0)
    expect(
        bobs.get_by_text("Dora, transferred to you, was not answered in time.")
    ).to_be_visible()
    expect(events(chat)).to_have_text(
        [
            "Alice has joined the chat",
            "Alice has left the chat",
            "The agent has left the chat",
            "The chat has ended",
        ]
    )
    expect(chat.get_by_role("log")).not_to_contain_text("Bob")
    expect(editor(chat)).to_be_hidden()
    assert Contact.objects.get().ended_reason == EndedReason.TRANSFER_NO_ANSWER
    expect(desk.get_by_role("heading", name="WRAP UP")).to_be_visible()
    expect(desk.get_by_label("Note", exact=True)).to_have_value("Wanted her money back")
    expect(desk.get_by_text("The agent has left")).to_have_count(0)
    expect(desk.get_by_text("Bob")).to_have_count(0)
    wrap_up(desk, "Resolved")
    expect(card(desk, "Dora")).to_have_count(0)
    expect(editor(chat)).to_be_hidden()


def test_a_transfer_to_a_queue(
    acme: Organisation,
    desk: Page,
    chat: Page,
    desk_of: Desks,
    bob: Agent,
    support: Queue,
    billing: Queue,
) -> None:
    for name, queue in (("Sorted out", support), ("Refunded", billing)):
        WrapUpCodeFactory.create(organisation=acme, name=name).queues.set([queue])
    bobs = desk_of(bob)

    transfer(desk, "Queue", "Billing", note="Wrong bill in May")

    expect(desk.get_by_role("heading", name="WRAP UP")).to_be_visible()
    expect(desk.get_by_text("no longer yours to read")).to_be_visible()
    expect(events(chat)).to_contain_text(["Alice has left the chat"])
    offer = card(bobs, "Dora")
    expect(offer).to_contain_text("Billing")
    expect(offer).to_contain_text("Wrong bill in May")
    accept(bobs, "Dora")
    expect(chat.get_by_role("log")).to_contain_text("Bob has joined the chat")
    reasons = desk.get_by_label("Select Wrap Up").get_by_role("option")
    expect(reasons.filter(has_text="Sorted out")).to_have_count(1)
    expect(reasons.filter(has_text="Refunded")).to_have_count(0)
    wrap_up(desk, "Resolved")
    expect(card(desk, "Dora")).to_have_count(0)


def test_the_transfer_request_without_a_mouse(
    desk: Page, chat: Page, desk_of: Desks, sam: Agent, carol: Agent, billing: Queue
) -> None:
    for person in (sam, carol):
        desk_of(person)
    desk.get_by_role("button", name="Transfer", exact=True).press("Enter")
    dialog = desk.get_by_role("dialog", name="Transfer Request")
    targets = dialog.get_by_role("option")
    expect(targets).to_have_text(["Carol", "Sam Supervisor"])

    dialog.get_by_role("radio", name="Agent").press("Tab")
    expect(dialog.get_by_role("listbox")).to_be_focused()
    expect(dialog.get_by_role("option", selected=True)).to_have_count(0)
    for key, name in (("s", "Sam"), ("Home", "Carol"), ("ArrowDown", "Sam")):
        desk.keyboard.press(key)
        chosen = dialog.get_by_role("option", selected=True)
        expect(chosen).to_contain_text(name)

    dialog.get_by_role("radio", name="Agent").press("ArrowDown")
    expect(dialog.get_by_role("radio", name="Queue")).to_be_checked()
    expect(targets).to_have_text(["Billing", "Support Current queue"])
    dialog.get_by_role("radio", name="Queue").press("Tab")
    expect(dialog.get_by_role("tooltip")).to_have_text("Invoices and refunds")
    desk.keyboard.press("End")
    expect(dialog.get_by_role("option", selected=True)).to_have_count(0)
    desk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(desk.get_by_role("button", name="Transfer", exact=True)).to_be_focused()


def test_who_became_busy_is_refused_in_words(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent
) -> None:
    bobs = desk_of(bob)
    desk.get_by_role("button", name="Transfer", exact=True).click()
    dialog = desk.get_by_role("dialog", name="Transfer Request")
    dialog.get_by_role("option", name="Bob").click()
    dialog.get_by_label("Note").fill("Wrong bill in May")
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.method))
    # The dialog cannot look for itself before it has asked.
    desk.route(
        "**/transfer-targets/",
        lambda route: route.continue_() if "POST" in asked else route.abort(),
    )
    become(bobs, "Meeting")

    dialog.get_by_role("button", name="Transfer").click()

    expect(dialog.get_by_role("alert")).to_contain_text("cannot take the chat")
    expect(dialog.get_by_role("option")).to_have_count(0)
    expect(dialog.get_by_text("No colleague of your team is available")).to_be_visible()
    expect(dialog.get_by_label("Note")).to_have_value("Wrong bill in May")
    expect(editor(desk)).to_be_enabled()
    assert Contact.objects.get().assignments.count() == 1


def test_the_conference_request_without_a_mouse(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent
) -> None:
    bobs = desk_of(bob)
    desk.get_by_role("button", name="Conference", exact=True).press("Enter")
    dialog = desk.get_by_role("dialog", name="Conference Request")
    expect(dialog.get_by_label("Choose an agent")).to_be_focused()
    expect(dialog.get_by_role("option")).to_have_text(["Choose", "Bob"])

    desk.keyboard.press("Tab")
    expect(dialog.get_by_label("Note")).to_be_focused()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Start Conference")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Choose an agent first.")
    choice = dialog.get_by_label("Choose an agent")
    expect(choice).to_have_accessible_description("Choose an agent first.")
    expect(dialog.get_by_label("Choose an agent")).to_be_focused()
    desk.keyboard.type("b")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    expect_phase(bobs, "Dora", "ringing")
    expect(editor(desk)).to_be_focused()


def test_the_list_of_colleagues_is_live_and_says_when_it_is_empty(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent
) -> None:
    desk.get_by_role("button", name="Conference", exact=True).click()
    dialog = desk.get_by_role("dialog", name="Conference Request")
    expect(dialog.get_by_role("status")).to_contain_text("No colleague of this queue")
    expect(dialog.get_by_role("button", name="Start Conference")).to_be_disabled()

    bobs = desk_of(bob)
    expect(dialog.get_by_role("option")).to_have_text(["Choose", "Bob"])
    dialog.get_by_label("Choose an agent").select_option("Bob")
    become(bobs, "Meeting")

    expect(dialog.get_by_role("alert")).to_contain_text("Bob cannot be chosen any more")
    expect(dialog.get_by_role("option")).to_have_text(["Choose"])


def test_the_colleague_inherits_the_chat_of_who_is_lost(
    desk: Page, chat: Page, desk_of: Desks, alice: Agent, bob: Agent
) -> None:
    bobs = desk_of(bob)
    ask(desk, "Bob")
    accept(bobs, "Dora")

    losses.lose(agent_id=alice.pk, reason="connection lost", now=clock.now())

    expect_buttons(bobs, [*COMMON, "Conference", "Transfer", "Video", "End"])
    for page in (bobs, chat):
        expect(events(page)).to_have_text(
            [
                "Alice has joined the chat",
                "Bob has joined the chat",
                "Alice has left the chat",
            ]
        )
    expect(bobs.get_by_text("In conference with")).to_be_hidden()
    say(bobs, "I am still here.")
    expect(bubbles(chat)).to_contain_text(["I am still here."])
    end(bobs)
    wrap_up(bobs, "Resolved")
    expect(card(bobs, "Dora")).to_have_count(0)


def test_a_dialog_closes_with_the_chat(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent
) -> None:
    desk_of(bob)
    desk.get_by_role("button", name="Transfer", exact=True).click()
    dialog = desk.get_by_role("dialog", name="Transfer Request")
    dialog.get_by_label("Note").fill("Wrong bill in May")

    leave(chat)

    expect(dialog).to_be_hidden()
    expect(
        desk.get_by_text("The customer has left the chat. Choose End")
    ).to_be_visible()
    expect(desk.get_by_role("heading", name="Dora")).to_be_focused()


def test_who_is_left_alone_can_go_back_on_a_narrow_screen(
    desk: Page, chat: Page, desk_of: Desks, bob: Agent
) -> None:
    bobs = desk_of(bob)
    bobs.set_viewport_size({"width": 390, "height": 780})
    ask(desk, "Bob")
    accept(bobs, "Dora")
    leave(chat)
    expect(editor(bobs)).to_be_disabled()

    bobs.get_by_role("button", name="Contacts").click()

    expect(bobs.get_by_role("log")).to_have_count(0)
    expect(bobs.get_by_text("Dora has left, which ended your part")).to_be_visible()
