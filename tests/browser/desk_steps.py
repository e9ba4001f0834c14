"""What an agent does at the desk, by the names that people see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.factories import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from agents.models import Agent


def sign_in(page: Page, agent: Agent) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(agent.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect_connected(page)


def expect_connected(page: Page) -> None:
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()


def become(page: Page, name: str) -> None:
    """Choose Available or an idle code from the menu."""
    state_button(page).click()
    page.get_by_role("menuitemradio", name=name).click()
    expect_state(page, name)


def state_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Agent state")


def expect_state(page: Page, name: str) -> None:
    expect(state_button(page)).to_have_accessible_name(
        re.compile(rf"^Agent state: (Idle, )?{name}( · \d of \d( \(full\))?)?$")
    )


def card(page: Page, customer: str) -> Locator:
    """Return the customer's card in the Active Contact List."""
    contacts = page.get_by_role("region", name="Active Contact List")
    return contacts.get_by_role("listitem", name=customer)


def expect_phase(page: Page, customer: str, phase: str) -> None:
    expect(card(page, customer)).to_have_attribute("data-phase", phase)


# Phases may be shorter than the pause between two looks, so the page keeps them.
KEEP_PHASES = """() => {
  window.phasesSeen = [];
  const look = () => {
    for (const { dataset } of document.querySelectorAll("[data-phase]")) {
      if (window.phasesSeen.at(-1) !== dataset.phase) {
        window.phasesSeen.push(dataset.phase);
      }
    }
  };
  new MutationObserver(look).observe(document.body, {
    attributeFilter: ["data-phase"],
    childList: true,
    subtree: true,
  });
}"""


def keep_phases(page: Page) -> None:
    """Have the page keep the phases of its one card, from now on."""
    page.evaluate(KEEP_PHASES)


def phases_seen(page: Page) -> list[str]:
    phases: list[str] = page.evaluate("() => window.phasesSeen")
    return phases


def accept(page: Page, customer: str) -> None:
    """Accept the customer's offer and wait for the conversation."""
    card(page, customer).get_by_role("button", name="Accept").click()
    expect(page.get_by_role("heading", name=customer)).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("has joined the chat")


def end(page: Page) -> None:
    page.get_by_role("button", name="End", exact=True).click()
    expect(page.get_by_role("heading", name="WRAP UP")).to_be_visible()


def wrap_up(page: Page, reason: str) -> None:
    page.get_by_label("Select Wrap Up").select_option(reason)


def ask(page: Page, colleague: str, note: str = "") -> None:
    """Ask a colleague to join the open chat."""
    page.get_by_role("button", name="Conference", exact=True).click()
    dialog = page.get_by_role("dialog", name="Conference Request")
    dialog.get_by_label("Choose an agent").select_option(colleague)
    dialog.get_by_label("Note").fill(note)
    dialog.get_by_role("button", name="Start Conference").click()
    expect(dialog).to_be_hidden()


def transfer(page: Page, kind: str, name: str, note: str = "") -> None:
    """Transfer the open chat: to an "Agent" or a "Queue"."""
    page.get_by_role("button", name="Transfer", exact=True).click()
    dialog = page.get_by_role("dialog", name="Transfer Request")
    dialog.get_by_role("radio", name=kind).check()
    label = {"Agent": "Choose an agent", "Queue": "Choose a queue"}[kind]
    targets = dialog.get_by_role("listbox", name=label)
    targets.get_by_role("option", name=name).click()
    dialog.get_by_label("Note").fill(note)
    dialog.get_by_role("button", name="Transfer").click()
    expect(dialog).to_be_hidden()


def buttons(page: Page) -> list[str]:
    """Return the names of the open page's buttons, as they stand in its head."""
    head = page.locator(".talk:visible .talk__actions")
    return head.get_by_role("button").all_inner_texts()


def expect_buttons(page: Page, names: list[str]) -> None:
    """Wait until exactly these buttons stand in the head of the open page."""
    head = page.locator(".talk:visible .talk__actions")
    expect(head.get_by_role("button")).to_have_text(names)


def events(page: Page) -> Locator:
    """Return the events of the conversation: who came, who left."""
    return page.get_by_role("log").locator("[data-slot=text].event__text")
