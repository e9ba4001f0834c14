"""The window of a video call for people who do not see it, or have a keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import MAGNIFIED, faults, walk
from tests.browser.steps import editor
from tests.browser.video_steps import button, expect_call, expect_no_call, window

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, FloatRect

pytestmark = pytest.mark.usefixtures("relay")

TOOLS = [
    *("Move the window", "End video call", "Mute", "Camera off", "Share screen"),
    *("Picture in picture", "Devices"),
]
DEVICES = ["Camera", "Microphone", "Speaker"]
NAME = """() => {
    const { ariaLabel, labels, textContent } = document.activeElement;
    return (ariaLabel ?? labels?.[0]?.firstChild.textContent ?? textContent).trim();
}"""


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext],
) -> Callable[..., BrowserContext]:
    """Make browsers in which axe may write the styles that it measures with."""

    def make(**options: Any) -> BrowserContext:
        return new_context(bypass_csp=True, **options)

    return make


def box_of(page: Page) -> FloatRect:
    box = window(page).bounding_box()
    assert box is not None
    return box


def reached(page: Page, times: int) -> list[str]:
    """Press Tab so often, and return the names of what has the focus each time."""
    names = []
    for _ in range(times):
        names.append(page.evaluate(NAME))
        page.keyboard.press("Tab")
    return names


@pytest.mark.longest
def test_the_windows_of_both_by_keyboard(desk: Page, ringing: Page) -> None:
    dora = ringing
    found = [*faults(desk), *faults(dora)]
    invitation = dora.get_by_role("alert").get_by_text("Alice invites you")
    expect(invitation).to_be_visible()
    dora.get_by_role("button", name="Join video call").press("Enter")
    expect_call(desk, dora)

    for page in (desk, dora):
        expect(button(page, "End video call")).to_be_focused()
        button(page, "Devices").press("Enter")
        expect(button(page, "Devices")).to_have_attribute("aria-expanded", "true")
        found += faults(page)
        button(page, "Move the window").focus()
        assert reached(page, 10) == [*TOOLS, *DEVICES]
        button(page, "Devices").press("Enter")
    assert not found, "\n".join(found)

    button(dora, "End video call").press("Enter")
    expect_no_call(desk, dora)
    expect(editor(dora)).to_be_focused()
    expect(desk.get_by_role("button", name="Video", exact=True)).to_be_focused()


def test_the_window_is_moved_without_dragging_and_gives_way(
    desk: Page, ringing: Page
) -> None:
    """A press takes it to the next corner. What has the focus below it is seen."""
    seen = [box_of(desk)]
    move = button(desk, "Move the window")
    presses: list[Callable[[], None]] = [
        lambda: move.press("Enter"),
        move.click,
        lambda: move.press(" "),
    ]
    for press in presses:
        press()
        seen.append(box_of(desk))
        assert seen[-1] not in seen[:-1]

    assert "button Video" in walk(desk)
    desk.set_viewport_size(MAGNIFIED)
    walk(desk)
    button(desk, "End video call").press("Enter")
    expect_no_call(desk)
    expect(ringing.get_by_role("button", name="Join video call")).to_be_hidden()
