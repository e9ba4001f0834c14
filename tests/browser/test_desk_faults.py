"""What befalls the agent's desk, and what may never be lost or doubled by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from contacts.models import Contact, Message
from tests.browser.desk_steps import (
    accept,
    become,
    card,
    end,
    expect_connected,
    expect_phase,
    expect_state,
    state_button,
    wrap_up,
)
from tests.browser.steps import bubbles, editor, say, sending

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

    from tests.browser.server import Server


def test_a_reload_loses_nothing(desk: Page, visit: Callable[[str], Page]) -> None:
    chat = visit("Dora")
    accept(desk, "Dora")
    say(desk, "one")
    expect(bubbles(chat)).to_have_text(["one"])
    say(chat, "two")
    expect(bubbles(desk)).to_have_text(["one", "two"])
    editor(desk).fill("half a thou")

    desk.reload()

    expect(bubbles(desk)).to_have_text(["one", "two"])
    expect(desk.get_by_role("heading", name="Dora")).to_be_visible()
    expect(editor(desk)).to_have_value("half a thou")
    expect_state(desk, "Available")


def test_whoever_reloads_while_typing_types_on(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    visit("Dora")
    accept(desk, "Dora")
    editor(desk).fill("half a thou")

    desk.reload()
    expect(editor(desk)).to_be_focused()
    desk.keyboard.type("ght")

    expect(editor(desk)).to_have_value("half a thought")


def test_what_is_written_without_a_network_goes_out_afterwards(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    chat = visit("Dora")
    accept(desk, "Dora")
    desk.context.set_offline(True)
    expect(desk.get_by_text("Reconnecting", exact=True)).to_be_visible()
    say(desk, "one")
    say(desk, "two")
    expect(sending(desk)).to_have_count(2)
    say(chat, "Are you still there?")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()

    desk.context.set_offline(False)

    expect_connected(desk)
    expect(sending(desk)).to_have_count(0)
    expect(bubbles(desk)).to_have_text(["Are you still there?", "one", "two"])
    expect(bubbles(chat)).to_have_text(["Are you still there?", "one", "two"])


def test_a_late_answer_does_not_take_the_agent_away(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    visit("Dora")
    accept(desk, "Dora")
    visit("Dan")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.route("**/accept/", hold)
    card(desk, "Dan").get_by_role("button", name="Accept").click()
    editor(desk).click()
    desk.keyboard.type("for ")

    with desk.expect_response("**/accept/"):
        held[0].continue_()

    expect_phase(desk, "Dan", "connected")
    desk.keyboard.type("Dora")
    expect(desk.get_by_role("heading", name="Dora")).to_be_visible()
    expect(editor(desk)).to_have_value("for Dora")


def test_the_last_words_go_out_before_the_end(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    chat = visit("Dora")
    accept(desk, "Dora")
    desk.context.set_offline(True)
    expect(desk.get_by_text("Reconnecting", exact=True)).to_be_visible()
    say(desk, "Good-bye")
    desk.get_by_role("button", name="End", exact=True).click()
    expect(desk.get_by_text("ends as soon as your last message")).to_be_visible()

    desk.context.set_offline(False)

    expect(desk.get_by_role("heading", name="WRAP UP")).to_be_visible()
    expect(bubbles(chat)).to_have_text(["Good-bye"])
    expect(chat.get_by_text("Alice has left the chat")).to_be_visible()


def test_a_transfer_waits_for_the_last_words(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    visit("Dora")
    accept(desk, "Dora")
    desk.context.set_offline(True)
    expect(desk.get_by_text("Reconnecting", exact=True)).to_be_visible()
    say(desk, "One moment")
    desk.get_by_role("button", name="Transfer").click()
    held = desk.get_by_text("Your last message is still on its way")
    expect(held).to_be_visible()
    expect(desk.get_by_role("dialog", name="Transfer Request")).to_be_hidden()

    desk.context.set_offline(False)

    expect(sending(desk)).to_have_count(0)
    expect(held).to_be_hidden()
    desk.get_by_role("button", name="Transfer").click()
    expect(desk.get_by_role("dialog", name="Transfer Request")).to_be_visible()


def test_what_the_lost_network_refused_is_forgotten_when_it_is_back(
    desk: Page,
) -> None:
    desk.context.set_offline(True)
    expect(desk.get_by_text("Reconnecting", exact=True)).to_be_visible()
    state_button(desk).click()
    desk.get_by_role("menuitemradio", name="Meeting").click()
    refusal = desk.get_by_role("alert").filter(has_text="cannot be reached")
    expect(refusal).to_be_visible()

    desk.context.set_offline(False)

    expect_connected(desk)
    expect(refusal).to_be_hidden()
    expect_state(desk, "Available")


def test_a_restarted_server_loses_and_doubles_nothing(
    desk: Page, server: Server, visit: Callable[[str], Page]
) -> None:
    chat = visit("Dora")
    accept(desk, "Dora")
    say(desk, "one")
    expect(bubbles(chat)).to_have_text(["one"])

    server.stop()
    say(desk, "two")
    say(desk, "three")
    expect(sending(desk)).to_have_count(2)
    server.start()

    expect(sending(desk)).to_have_count(0)
    expect(bubbles(chat)).to_have_text(["one", "two", "three"])
    expect(bubbles(desk)).to_have_text(["one", "two", "three"])
    expect_phase(desk, "Dora", "connected")


def test_a_second_tab_is_in_step(desk: Page, visit: Callable[[str], Page]) -> None:
    other = desk.context.new_page()
    other.goto("/desk/")
    expect_state(other, "Available")

    chat = visit("Dora")
    expect_phase(other, "Dora", "ringing")
    accept(desk, "Dora")
    expect_phase(other, "Dora", "connected")
    card(other, "Dora").click()
    say(desk, "from the first")
    expect(bubbles(other)).to_have_text(["from the first"])
    say(other, "from the second")
    expect(bubbles(desk)).to_have_text(["from the first", "from the second"])
    expect(bubbles(chat)).to_have_text(["from the first", "from the second"])

    become(desk, "Meeting")
    expect_state(other, "Meeting")
    end(other)
    expect(desk.get_by_role("heading", name="WRAP UP")).to_be_visible()
    wrap_up(other, "Resolved")
    expect(card(desk, "Dora")).to_have_count(0)

    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(desk.get_by_role("alertdialog")).to_contain_text("signed out")


def test_a_restored_back_up_is_shown_as_it_is(
    desk: Page, visit: Callable[[str], Page], server: Server
) -> None:
    chat = visit("Dora")
    accept(desk, "Dora")
    say(desk, "one")
    expect(bubbles(chat)).to_have_text(["one"])
    backup = Contact.objects.get()
    say(chat, "two")
    say(chat, "three")
    expect(bubbles(desk)).to_have_text(["one", "two", "three"])

    server.stop()
    Message.objects.filter(seq__gt=backup.last_seq).delete()
    backup.save()
    say(desk, "since then")
    server.start()

    for page in (desk, chat):
        expect(bubbles(page)).to_have_text(["one", "since then"])
    say(chat, "and on")
    for page in (desk, chat):
        expect(bubbles(page)).to_have_text(["one", "since then", "and on"])
    expect(sending(chat)).to_have_count(0)
    expect(sending(desk)).to_have_count(0)
