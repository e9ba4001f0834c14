"""Video calls in the widget on somebody else's site, and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Frame, Page, expect

from contacts.models import VideoCall
from tests.browser.desk_steps import accept, events
from tests.browser.sites import SECURE_SITE, Site, bubbles, say, start
from tests.browser.steps import start_chat
from tests.browser.video_steps import (
    WATCH,
    button,
    expect_call,
    expect_flow,
    expect_no_call,
    join,
    ring,
    watch,
    window,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Locator

    from queues.models import EntryPoint
    from tests.browser.server import Server

pytestmark = pytest.mark.usefixtures("relay")

CAMERAS = [f"fake_device_{number}" for number in range(3)]
OWN_PICTURE = "document.querySelector('[data-slot=own]').srcObject.getTracks()[0].label"


@pytest.fixture
def shop(
    server: Server, new_context: Callable[..., BrowserContext], direct: EntryPoint
) -> Site:
    direct.allowed_origins = [SECURE_SITE]
    direct.prechat_fields = [
        {"name": "name", "label": "Name", "type": "text", "required": True}
    ]
    direct.save()
    site = Site(server, new_context(), direct.key, origin=SECURE_SITE)
    site.context.add_init_script(f"({WATCH})()")
    return site


def in_the_frame(page: Page) -> Frame:
    frame = page.frame(name="parley-widget")
    assert frame is not None
    return frame


def cameras_of(page: Page) -> Locator:
    return window(page).get_by_role("combobox", name="Camera", exact=True)


def test_a_call_inside_the_widget(shop: Site, desk: Page) -> None:
    """The frame has the devices by its `allow`, and the site itself has not."""
    page = shop.visit()
    start(page)
    dora = in_the_frame(page)
    accept(desk, "Dora")
    watch(desk)

    ring(desk)
    join(dora)

    expect_call(desk, dora)
    expect(events(desk).last).to_have_text("Alice and the customer are in a video call")
    say(page, "I can see you.")
    expect(bubbles(page)).to_have_text(["I can see you."])
    button(dora, "End video call").click()
    expect_no_call(desk, dora)
    expect(events(desk).last).to_have_text("The customer has left the video call")


def test_a_site_that_gives_no_devices_is_told_and_the_chat_goes_on(
    shop: Site, desk: Page
) -> None:
    shop.headers = {"Permissions-Policy": "camera=(), microphone=()"}
    page = shop.visit()
    start(page)
    dora = in_the_frame(page)
    accept(desk, "Dora")

    ring(desk)
    join(dora)

    refused = dora.get_by_text("This page may not use camera and microphone.")
    expect(refused).to_be_visible()
    expect_no_call(dora)
    assert VideoCall.objects.get().live_at is None
    dora.get_by_role("button", name="Decline").click()
    expect(desk.get_by_text("The customer declined the video call")).to_be_visible()
    say(page, "I cannot.")
    expect(bubbles(page)).to_have_text(["I cannot."])


def test_on_a_phone_the_camera_is_switched(
    new_context: Callable[..., BrowserContext], desk: Page, direct: EntryPoint
) -> None:
    """The desk chooses among its cameras; the phone goes to its other one; pictures
    flow on. The window leaves room for nothing else, and all of it is in sight."""
    context = new_context(
        viewport={"width": 375, "height": 720}, has_touch=True, is_mobile=True
    )
    phone = context.new_page()
    phone.goto(f"/chat/{direct.key}/")
    phone.get_by_label("Name").fill("Dora")
    start_chat(phone)
    accept(desk, "Dora")
    watch(desk, phone)
    ring(desk)
    join(phone)
    expect_call(desk, phone)
    box = window(phone).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 375

    # The second camera of Chromium sees how far things are, and sends no pictures.
    for camera in (*CAMERAS[1:], CAMERAS[0], *CAMERAS[1:]):
        button(phone, "Switch camera").click()
        expect(button(phone, "Switch camera")).to_be_enabled()
        assert phone.evaluate(OWN_PICTURE) == camera
    expect_flow(desk)
    button(phone, "Devices").click()
    chosen = cameras_of(phone).locator("option:checked")
    expect(chosen).to_have_text(CAMERAS[-1])

    expect(button(desk, "Switch camera")).to_be_hidden()
    button(desk, "Devices").click()
    cameras = cameras_of(desk)
    expect(cameras.locator("option")).to_have_text(CAMERAS)
    cameras.select_option(CAMERAS[-1])
    expect(cameras.locator("option:checked")).to_have_text(CAMERAS[-1])
    expect_flow(phone)
    assert desk.evaluate(OWN_PICTURE) == CAMERAS[-1]
