"""What people wrote is shown, and copied, as they wrote it; and all of it is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

from contacts.models import Contact
from tests.browser.steps import bubbles, say
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from agents.models import Organisation
    from queues.models import Queue

WRITTEN = "One 👩‍👩‍👧‍👦\n\n  two"
ARABIC = "أين الطرد A-1044؟"
LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 20
COPIED = """(bubble) => {
  getSelection().selectAllChildren(bubble);
  return getSelection().toString();
}"""
FITS = """(bubble) => {
  const log = bubble.closest("[role=log]");
  const [inner, outer] = [bubble, log].map((each) => each.getBoundingClientRect());
  return log.scrollWidth <= log.clientWidth && inner.right <= outer.right;
}"""


def test_lines_words_and_scripts_stay_as_they_were_written(
    desk: Page, doras: Page
) -> None:
    for text in (WRITTEN, ARABIC, LONG):
        say(doras, text)

    for page in (doras, desk):
        expect(bubbles(page).last).to_have_text(LONG)
        written, arabic, long = bubbles(page).all()[-3:]
        assert told(written, COPIED) == WRITTEN
        expect(written).to_have_css("direction", "ltr")
        expect(arabic).to_have_css("direction", "rtl")
        assert told(long, FITS)


def told(bubble: Locator, script: str) -> object:
    """Return what the script finds at a bubble, which may be drawn anew meanwhile."""
    look = f"(bubble) => bubble.isConnected ? [({script})(bubble)] : []"
    found: list[object] = []
    while not found:
        found = bubble.evaluate(look)
    return found[0]


def test_hundreds_of_earlier_contacts_are_paged_through(
    desk: Page, doras: Page, acme: Organisation, support: Queue
) -> None:
    customer = Contact.objects.get().customer
    ContactFactory.create_batch(
        120, organisation=acme, queue=support, customer=customer, ended=True
    )
    desk.get_by_role("button", name="History").click()
    history = desk.get_by_role("region", name="History")
    more = history.get_by_role("button", name="Show more")

    expect(history.get_by_role("listitem")).to_have_count(50)
    more.click()
    expect(history.get_by_role("listitem")).to_have_count(100)
    more.click()
    expect(history.get_by_role("listitem")).to_have_count(120)
    expect(more).to_be_hidden()
