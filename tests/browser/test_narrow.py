"""Little room: small windows, long names, magnified pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk_steps import accept, card, expect_phase
from tests.browser.steps import start_chat

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, ViewportSize

    from queues.models import EntryPoint

PHONE: ViewportSize = {"width": 375, "height": 720}
MAGNIFIED: ViewportSize = {"width": 640, "height": 360}  # 1280x720 at 200 %


def height(element: Locator) -> float:
    box = element.bounding_box()
    assert box is not None
    return box["height"]


@pytest.mark.usefixtures("timers")  # else a banner says that they are late
def test_on_a_phone_the_conversation_has_most_of_the_room(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    visit("Dora")
    accept(desk, "Dora")

    desk.set_viewport_size(PHONE)

    assert height(desk.get_by_role("log")) > PHONE["height"] / 2
    for name in ("Info", "History", "Conference", "Transfer", "End"):
        button = desk.get_by_role("button", name=name, exact=True)
        expect(button).to_be_in_viewport(ratio=1)
    expect(desk.get_by_role("button", name="Sign out")).to_be_hidden()
    desk.get_by_role("button", name="Contacts").click()
    expect(desk.get_by_role("button", name="Sign out")).to_be_visible()


def test_on_a_phone_an_offer_is_answered_where_it_is_read(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    desk.set_viewport_size(PHONE)
    visit("Dora")
    card(desk, "Dora").click()
    expect(desk.get_by_text("This contact is offered to you")).to_be_visible()

    desk.get_by_role("button", name="Accept").click()

    expect(desk.get_by_role("log")).to_contain_text("Alice has joined the chat")
    desk.get_by_role("button", name="Contacts").click()
    visit("Dan")
    card(desk, "Dan").click()
    desk.get_by_role("button", name="Decline").click()
    expect(card(desk, "Dan")).to_have_count(0)
    expect_phase(desk, "Dora", "connected")


@pytest.mark.usefixtures("timers")  # else a banner says that they are late
def test_a_magnified_desk_can_be_read_and_written_in(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    visit("Dora")
    accept(desk, "Dora")

    desk.set_viewport_size(MAGNIFIED)

    assert height(desk.get_by_role("log")) > MAGNIFIED["height"] / 3
    expect(desk.get_by_role("textbox", name="Message")).to_be_in_viewport(ratio=1)


def test_a_long_queue_name_leaves_the_timer_alone(
    desk: Page, direct: EntryPoint, visit: Callable[[str], Page]
) -> None:
    direct.queue.name = "Customer care for returns and exchanges " * 2
    direct.queue.save(update_fields=["name"])
    visit("Dora")
    accept(desk, "Dora")

    desk.set_viewport_size(PHONE)

    timer = desk.locator(".talk:visible .talk__where [data-slot=timer]")
    expect(timer).to_be_in_viewport(ratio=1)


def test_the_customers_page_scrolls_only_its_conversation(chat: Page) -> None:
    start_chat(chat)

    chat.set_viewport_size({"width": 1280, "height": 720})

    reach = "document.documentElement.scrollHeight - window.innerHeight"
    assert chat.evaluate(reach) == 0
