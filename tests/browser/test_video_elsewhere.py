"""Video calls in the widget on somebody else's site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Frame, Page, expect

from contacts.models import VideoCall
from tests.browser.desk_steps import accept, events
from tests.browser.sites import SECURE_SITE, Site, bubbles, say, start
from tests.browser.video_steps import (
    WATCH,
    button,
    expect_call,
    expect_no_call,
    join,
    ring,
    watch,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from queues.models import EntryPoint
    from tests.browser.server import Server

pytestmark = pytest.mark.usefixtures("relay")


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
