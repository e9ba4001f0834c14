"""What the two of a video call do, and what really comes from the other end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import Page, expect

from tests.browser.steps import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Locator

# What has come from the other end so far; a connection is kept where it can be asked.
WATCH = """() => {
  const Real = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Real {
    constructor(...options) {
      super(...options);
      window.connections.push(this);
    }
  };
}"""
RECEIVED = """async () => {
  const found = { video: 0, audio: 0, energy: 0, relayed: false };
  const pc = window.connections.at(-1);
  if (!pc || pc.connectionState === "closed") return found;
  const report = await pc.getStats();
  for (const row of report.values()) {
    if (row.type === "inbound-rtp" && row.kind === "video") {
      found.video = row.framesDecoded ?? 0;
    }
    if (row.type === "inbound-rtp" && row.kind === "audio") {
      found.audio = row.packetsReceived ?? 0;
      found.energy = row.totalAudioEnergy ?? 0;
    }
    if (row.type === "candidate-pair" && row.nominated && row.state === "succeeded") {
      found.relayed = report.get(row.localCandidateId)?.candidateType === "relay";
    }
  }
  return found;
}"""


def window(page: Page | Frame) -> Locator:
    return page.get_by_role("dialog", name="Video call with")


def button(page: Page | Frame, name: str) -> Locator:
    return window(page).get_by_role("button", name=name, exact=True)


def received(page: Page | Frame) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(RECEIVED)
    return found


def expect_flow(page: Page | Frame) -> None:
    """Wait until pictures and sound have come, and go on coming."""
    expect(window(page)).to_have_attribute("data-state", "connected")
    before = received(page)

    def goes_on() -> bool:
        now = received(page)
        return bool(
            now["video"] > before["video"] + 3
            and now["audio"] > before["audio"] + 10
            and now["energy"] > 0
        )

    wait_until(page, goes_on)


def watch(*pages: Page) -> None:
    """Keep the connections of these pages where they can be asked."""
    for page in pages:
        page.add_init_script(f"({WATCH})()")
        page.evaluate(WATCH)


def ring(desk: Page) -> None:
    desk.get_by_role("button", name="Video", exact=True).click()


def join(page: Page | Frame) -> None:
    page.get_by_role("button", name="Join video call").click()


def expect_call(*pages: Page | Frame) -> None:
    for page in pages:
        expect_flow(page)


def expect_no_call(*pages: Page | Frame) -> None:
    for page in pages:
        expect(window(page)).to_be_hidden()
