"""Video calls in two real browsers, with cameras and microphones that are played."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from contacts import jobs
from contacts.models import VideoCall
from tests.browser.desk_steps import accept, end, events, transfer
from tests.browser.steps import bubbles, say
from tests.browser.video_steps import (
    button,
    expect_call,
    expect_flow,
    expect_no_call,
    join,
    received,
    ring,
    watch,
    window,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from agents.models import Agent, Organisation

pytestmark = pytest.mark.usefixtures("relay")


@pytest.fixture(scope="module")
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


def test_a_call_from_the_ring_to_the_end(desk: Page, called: Page) -> None:
    """Pictures and sound flow both ways, also after either page was loaded anew; what
    is switched off is off; the chat goes on beside it; the customer leaves."""
    dora = called
    for page in (desk, dora):
        expect(window(page).get_by_text("Nothing is recorded.")).to_be_visible()
    expect(events(dora).last).to_have_text("You are in a video call with Alice")
    expect(events(desk).last).to_have_text("Alice and the customer are in a video call")

    button(desk, "Camera off").click()
    expect(button(desk, "Camera off")).to_have_attribute("aria-pressed", "true")
    expect(window(dora).get_by_text("No picture")).to_be_visible()
    button(desk, "Camera off").click()
    expect(window(dora).get_by_text("No picture")).to_be_hidden()
    button(desk, "Mute").click()
    expect(button(desk, "Mute")).to_have_attribute("aria-pressed", "true")
    button(desk, "Mute").click()

    dora.reload()
    for page in (dora, desk):
        expect_flow(page)
    desk.reload()
    for page in (desk, dora):
        expect_flow(page)
    say(dora, "I can see you.")
    expect(bubbles(desk).last).to_have_text("I can see you.")

    button(dora, "End video call").click()
    for page in (desk, dora):
        expect(window(page)).to_be_hidden()
    expect(events(desk).last).to_have_text("The customer has left the video call")
    expect(events(dora).last).to_have_text("You have left the video call")
    say(desk, "Goodbye")
    expect(bubbles(dora).last).to_have_text("Goodbye")


def test_the_relay_alone_then_a_gap_then_the_agent_leaves(
    acme: Organisation, desk: Page, ringing: Page
) -> None:
    """With the relay alone no other way is taken; a network that was gone is found
    again; a second desk says where the call is; the window is moved by keyboard."""
    acme.video_relay_only = True
    acme.save(update_fields=["video_relay_only"])
    # Who rang before asks again, as everybody does who was loaded anew.
    desk.reload()
    ringing.get_by_role("button", name="Join video call").click()
    for page in (desk, ringing):
        expect_flow(page)
        assert received(page)["relayed"]

    second = desk.context.new_page()
    second.goto(desk.url)
    expect(second.get_by_text("You are in this video call elsewhere")).to_be_visible()
    expect(window(second)).to_be_hidden()
    second.close()

    move = button(desk, "Move the window")
    move.focus()
    before = window(desk).bounding_box()
    move.press("ArrowLeft")
    after = window(desk).bounding_box()
    assert before
    assert after
    assert after["x"] == before["x"] - 24

    desk.context.set_offline(True)
    desk.context.set_offline(False)
    desk.evaluate("() => window.connections.at(-1).restartIce()")
    for page in (desk, ringing):
        expect_flow(page)

    button(desk, "End video call").click()
    for page in (desk, ringing):
        expect(window(page)).to_be_hidden()
    expect(events(ringing).last).to_have_text("Alice has left the video call")
    # The focus is back where the call was started.
    expect(ringing.get_by_role("button", name="Join video call")).to_be_hidden()


def test_a_customer_declines_and_the_next_call_ends_with_the_chat(
    desk: Page, ringing: Page
) -> None:
    ringing.get_by_role("button", name="Decline").click()
    expect(desk.get_by_text("The customer declined the video call")).to_be_visible()
    expect(window(desk)).to_be_hidden()
    expect(desk.get_by_role("button", name="Video", exact=True)).to_be_focused()

    desk.get_by_role("button", name="Video", exact=True).click()
    ringing.get_by_role("button", name="Join video call").click()
    expect_flow(ringing)
    end(desk)

    for page in (desk, ringing):
        expect(window(page)).to_be_hidden()
    assert VideoCall.objects.latest("pk").outcome == "chat_over"


def test_without_devices_it_says_so_and_nobody_rings(desk: Page, doras: Page) -> None:
    desk.evaluate(
        """() => {
          navigator.mediaDevices.getUserMedia = async () => {
            throw new DOMException("", "NotFoundError");
          };
        }"""
    )

    desk.get_by_role("button", name="Video", exact=True).click()

    expect(desk.get_by_text("No camera or microphone was found.")).to_be_visible()
    expect(window(desk)).to_be_hidden()
    expect(doras.get_by_role("button", name="Join video call")).to_be_hidden()
    assert not VideoCall.objects.exists()


def test_nobody_answers_then_the_call_goes_with_the_chat_to_a_colleague(
    desk: Page, ringing: Page, desk_of: Callable[[Agent], Page], bob: Agent
) -> None:
    """Ringing ends after a minute, which is no line of the chat. A transfer ends the
    call for both; the new owner can start one anew."""
    expect(window(desk).get_by_text("Ringing", exact=True)).to_be_visible()
    before = events(ringing).all_inner_texts()

    # A second before the minute is over it rings still.
    call = VideoCall.objects.get()
    assert jobs.expire_calls(call.ringing_at + timedelta(seconds=59)) == 0
    assert jobs.expire_calls(call.ringing_at + timedelta(seconds=60)) == 1

    missed = desk.get_by_text("The customer did not answer the video call")
    expect(missed).to_be_visible()
    expect(ringing.get_by_role("button", name="Join video call")).to_be_hidden()
    expect(ringing.get_by_role("button", name="Decline")).to_be_hidden()
    expect_no_call(desk, ringing)
    expect(desk.get_by_role("button", name="Video", exact=True)).to_be_focused()
    assert events(ringing).all_inner_texts() == before
    assert VideoCall.objects.get().outcome == "missed"

    ring(desk)
    join(ringing)
    expect_call(desk, ringing)
    bobs = desk_of(bob)
    watch(bobs)
    transfer(desk, "Agent", "Bob")

    expect_no_call(desk, ringing)
    expect(events(ringing).last).to_have_text("Alice has left the chat")
    assert "Alice has left the video call" in events(ringing).all_inner_texts()
    accept(bobs, "Dora")
    ring(bobs)
    expect(ringing.get_by_text("Bob invites you to a video call.")).to_be_visible()
    join(ringing)
    expect_call(bobs, ringing)
    expect(events(ringing).last).to_have_text("You are in a video call with Bob")
    expect_no_call(desk)
