"""Video calls where the network is bad, or goes away, and comes back by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import wait_until
from tests.browser.video_steps import (
    button,
    expect_call,
    received,
    window,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from agents.models import Organisation

RESTS = "Your picture rests, so that the sound stays clear."
SENT = """async () => {
  const report = await window.connections.at(-1).getStats();
  const rows = [...report.values()].filter(({ type }) => type === "outbound-rtp");
  const of = (kind) => rows.find((row) => row.kind === kind);
  return { frames: of("video").framesSent, sounds: of("audio").packetsSent };
}"""


class Network:
    """What the packets of a page's calls meet, as Chromium plays it. It has to be there
    before the call is."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")
        self.loses(0)

    def loses(self, percent: int) -> None:
        fast = {"latency": 0, "downloadThroughput": 1e9, "uploadThroughput": 1e9}
        self._session.send(
            "Network.emulateNetworkConditions",
            {**fast, "offline": False, "packetLoss": percent},
        )


@pytest.fixture
def network(desk: Page) -> Network:
    return Network(desk)


@pytest.mark.longest
@pytest.mark.usefixtures("relay")
def test_the_picture_rests_before_the_sound_breaks_and_comes_back(
    network: Network, desk: Page, called: Page
) -> None:
    """It is said, the picture goes step by step, the sound goes on; and all comes back
    by itself."""
    network.loses(40)

    expect(window(desk).get_by_text(RESTS)).to_be_visible()
    at_rest = desk.evaluate(SENT)
    heard = received(called)["audio"]
    wait_until(called, lambda: received(called)["audio"] > heard + 30)
    now = desk.evaluate(SENT)
    assert now["frames"] - at_rest["frames"] <= 2
    assert now["sounds"] > at_rest["sounds"]

    network.loses(0)
    expect(window(desk).get_by_text(RESTS)).to_be_hidden()
    expect_call(desk, called)


def test_a_way_that_is_gone_is_found_again(
    acme: Organisation,
    run_relay: Callable[[], AbstractContextManager[None]],
    desk: Page,
    doras: Page,
    request: pytest.FixtureRequest,
) -> None:
    """The relay is all there is, and goes: both are told. Once there is one again the
    call goes on, though nobody has done anything."""
    acme.video_relay_only = True
    acme.save(update_fields=["video_relay_only"])
    with run_relay():
        called = request.getfixturevalue("called")
        for page in (desk, called):
            assert received(page)["relayed"]

    for page in (desk, called):
        gone = window(page).get_by_text("The connection is interrupted.")
        expect(gone).to_be_visible()
    with run_relay():
        expect_call(desk, called)
        button(desk, "End video call").click()
