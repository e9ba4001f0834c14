"""What no checker of pages sees: what is read out and when, where the focus goes, what
is told apart without the colours of ours."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from contacts import jobs
from contacts.models import Contact, Message
from core import clock
from tests.browser.accessibility import walk
from tests.browser.desk_steps import accept, card
from tests.browser.steps import bubbles, editor, say, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import Organisation

LISTEN = """() => {
    const region = document.querySelector("[data-slot=announcement]");
    window.heard = [];
    const hear = () => region.textContent && window.heard.push(region.textContent);
    new MutationObserver(hear).observe(region, { childList: true, subtree: true });
}"""
EDGES = """(elements) => elements.map((element) => {
    const { borderBlockEndColor, backgroundColor } = getComputedStyle(element);
    return `${borderBlockEndColor} ${backgroundColor}`;
})"""


IN_A_DIALOG = """() => {
    const { activeElement: focused, body } = document;
    return focused === body || focused.closest("dialog:modal") !== null;
}"""


def heard(page: Page) -> list[str]:
    """Return what the list of contacts has read out."""
    found: list[str] = page.evaluate("window.heard")
    return found


def test_an_offer_is_read_out_with_the_time_there_is(
    acme: Organisation, desk: Page, visit: Callable[[str], Page]
) -> None:
    acme.acceptance_timeout, acme.blink_duration = 2, 60
    acme.save(update_fields=["acceptance_timeout", "blink_duration"])
    desk.evaluate(LISTEN)

    dora = visit("Dora")
    wait_until(desk, lambda: len(heard(desk)) == 2)

    rings, blinks = heard(desk)
    assert rings.startswith("Dora, Support, Chat, offered to you. Seconds left")
    assert "answer now" in blinks
    assert 50 < int(blinks.split()[-1]) <= 60

    accept(desk, "Dora")
    visit("Dan")
    accept(desk, "Dan")
    desk.evaluate("window.heard.length = 0")
    say(dora, "Hello?")
    say(dora, "Is anybody there?")
    expect(card(desk, "Dora")).to_contain_text("Is anybody there?")
    assert heard(desk) == ["A new message of Dora"]


def test_the_log_reads_out_each_line_once(desk: Page, doras: Page) -> None:
    """One's own once it is stored; no "Read" and no count-down; what fails, at once."""
    for page in (desk, doras):
        marks = page.get_by_role("log").locator("[data-slot=mark]")
        for mark in marks.all():
            expect(mark).to_have_attribute("aria-live", "off")
    doras.context.set_offline(True)

    say(doras, "Are you there?")

    row = doras.get_by_role("log").get_by_role("listitem").last
    expect(row).to_contain_text("Sending")
    expect(row).to_have_attribute("aria-live", "off")
    doras.context.set_offline(False)
    expect(bubbles(desk).last).to_have_text("Are you there?")
    expect(row).to_contain_text(re.compile("Sent|Read"))
    expect(row).not_to_have_attribute("aria-live", "off")


def test_dialogs_keep_the_focus_and_give_it_back(desk: Page, doras: Page) -> None:
    end = doras.get_by_role("button", name="End chat")
    end.focus()
    doras.keyboard.press("Enter")
    dialog = doras.get_by_role("dialog", name="End chat?")
    expect(dialog.get_by_role("button", name="Keep chatting")).to_be_focused()
    for _ in range(4):
        doras.keyboard.press("Tab")
        assert doras.evaluate(IN_A_DIALOG)
    doras.keyboard.press("Escape")
    expect(end).to_be_focused()

    for name in ("Info", "History"):
        opener = desk.get_by_role("button", name=name, exact=True)
        opener.focus()
        desk.keyboard.press("Enter")
        expect(desk.get_by_role("heading", name=name)).to_be_focused()
        desk.keyboard.press("Escape")
        expect(opener).to_be_focused()
    keys = desk.get_by_role("button", name="Keyboard shortcuts")
    keys.focus()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Escape")
    expect(keys).to_be_focused()


@pytest.mark.parametrize("size", [(1280, 720), (320, 256)])
def test_tab_goes_from_top_to_bottom_and_is_always_seen(
    desk: Page, doras: Page, size: tuple[int, int]
) -> None:
    width, height = size
    for page in (desk, doras):
        page.set_viewport_size({"width": width, "height": height})

    order = walk(desk)
    mine = walk(doras)

    talk = [
        "button Conference",
        "button Transfer",
        "button End",
        "log Conversation",
        "input Reply",
    ]
    assert [name for name in order if name in talk] == talk
    assert order[-3:] == ["button Predefined Chat", "button Articles", "button Send"]
    assert mine == [
        *("button End chat", "button Sound", "log Conversation"),
        *("button Attach", "textarea Message", "button Send"),
    ]


def test_what_is_chosen_is_seen_without_our_colours(desk: Page, doras: Page) -> None:
    desk.emulate_media(forced_colors="active", reduced_motion="reduce")
    desk.get_by_role("button", name="Info").click()

    for chosen, other in (
        (".tab[aria-selected=true]", ".tab[aria-selected=false]"),
        (
            ".note-switch__choice:has(:checked)",
            ".note-switch__choice:not(:has(:checked))",
        ),
        ("[data-details=info]", "[data-details=history]"),
    ):
        here = desk.locator(f"{chosen}, {other}").filter(visible=True)
        one, another = here.evaluate_all(EDGES)[:2]
        assert one != another, chosen


def test_a_hint_can_be_read_with_a_pointer_and_sent_away(
    desk: Page, doras: Page
) -> None:
    responses = desk.get_by_role("button", name="Predefined Chat Responses")
    words = desk.get_by_text("No predefined responses are set up")

    responses.hover()
    expect(words).to_be_visible()
    words.hover()
    expect(words).to_be_visible()
    responses.hover()
    desk.keyboard.press("Escape")
    expect(words).to_be_hidden()
    editor(desk).hover()
    responses.hover()
    expect(words).to_be_visible()


def test_that_somebody_types_is_read_out_now_and_then(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    dora = visit("Dora")
    accept(desk, "Dora")
    types = "Dora is typing"
    line, said = desk.locator(".transcript__typing"), desk.get_by_role("status")

    editor(dora).press("a")
    expect(said.filter(has_text=types)).to_have_count(1)
    editor(dora).fill("")
    expect(line).to_be_hidden()
    expect(said.filter(has_text=types)).to_have_count(0)
    editor(dora).press("a")
    expect(line).to_have_text(types)
    expect(said.filter(has_text=types)).to_have_count(0)


def test_what_is_in_other_letters_is_read_out_in_its_language(
    desk: Page, doras: Page
) -> None:
    say(doras, "أين طلبي؟ Order 17")
    say(doras, "Где мой заказ?")
    say(doras, "17 + 4 = 21")
    say(doras, "Where is it?")
    expect(bubbles(desk).last).to_have_text("Where is it?")

    for page in (desk, doras):
        lines = bubbles(page)
        expect(lines.nth(-4)).to_have_attribute("lang", "ar")
        expect(lines.nth(-3)).to_have_attribute("lang", "ru")
        for plain in (lines.nth(-2), lines.nth(-1)):
            assert plain.get_attribute("lang") is None


def test_what_a_customer_writes_is_in_the_language_of_their_page(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    """Of two languages with the same letters, the chat tells which it probably is."""
    page = visit("Dora")
    Contact.objects.update(language="de-at")
    accept(desk, "Dora")
    say(page, "Wo ist meine Bestellung?")
    say(page, "أين طلبي؟")
    expect(bubbles(desk)).to_have_count(2)
    say(desk, "Good morning.")

    expect(bubbles(desk).first).to_have_attribute("lang", "de-at")
    expect(bubbles(desk).nth(1)).to_have_attribute("lang", "ar")
    assert bubbles(desk).last.get_attribute("lang") is None
    assert bubbles(page).first.get_attribute("lang") is None


def test_a_silent_chat_is_warned_of_and_goes_on_with_a_press(
    acme: Organisation, desk: Page, doras: Page
) -> None:
    acme.customer_inactivity_seconds = 3600
    acme.save(update_fields=["customer_inactivity_seconds"])
    doras.reload()
    warned = doras.get_by_role("alert").filter(has_text="this chat ends soon")
    expect(bubbles(doras)).to_have_count(2)
    expect(warned).to_be_hidden()

    almost = clock.now() - timedelta(minutes=59)
    Message.objects.update(created_at=almost)
    Contact.objects.update(last_message_at=almost)
    doras.reload()
    expect(warned).to_be_visible()
    stay = doras.get_by_role("button", name="I am still here.")
    stay.press("Enter")

    expect(bubbles(desk).last).to_have_text("I am still here.")
    expect(warned).to_be_hidden()
    expect(editor(doras)).to_be_focused()
    assert jobs.end_inactive_chats(clock.now() + timedelta(minutes=2)) == 0
