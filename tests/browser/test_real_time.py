"""Ringing, blinking, RONA and the next agent, while the real clockwork runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk_steps import (
    accept,
    card,
    expect_connected,
    expect_state,
    keep_phases,
    phases_seen,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import Agent, Organisation


@pytest.fixture
def tabs(desk: Page) -> list[Page]:
    """Alice's desk, open in two tabs."""
    other = desk.context.new_page()
    other.goto("/desk/")
    expect_connected(other)
    for tab in (desk, other):
        keep_phases(tab)
    return [desk, other]


@pytest.mark.usefixtures("timers")
def test_an_unanswered_offer_rings_blinks_and_goes_to_the_next_agent(
    acme: Organisation,
    tabs: list[Page],
    bob: Agent,
    desk_of: Callable[[Agent], Page],
    visit: Callable[[str], Page],
) -> None:
    acme.acceptance_timeout, acme.blink_duration = 2, 3
    acme.save(update_fields=["acceptance_timeout", "blink_duration"])
    bobs = desk_of(bob)

    chat = visit("Dora")
    # From the next offer on there is all the time in the world.
    acme.acceptance_timeout = 6000
    acme.save(update_fields=["acceptance_timeout"])

    for tab in tabs:
        banner = tab.get_by_role("alert").filter(has_text="RONA")
        expect(banner.get_by_role("button", name="Go Available")).to_be_visible()
        expect(banner.get_by_role("button", name="Go Idle")).to_be_visible()
        expect_state(tab, "RONA")
        expect(card(tab, "Dora")).to_have_count(0)
        assert phases_seen(tab) == ["ringing", "blinking"]

    # The customer waits on and hears nothing of it; Bob has the card, which counts up.
    expect(card(bobs, "Dora")).to_contain_text("Support")
    expect(card(bobs, "Dora")).to_contain_text(re.compile(r"0:0[1-9]|0:[1-5]\d"))
    expect(chat.get_by_role("log").get_by_text("has joined the chat")).to_have_count(0)
    accept(bobs, "Dora")
    expect(chat.get_by_text("Bob has joined the chat")).to_be_visible()

    tabs[1].get_by_role("button", name="Go Available").click()
    for tab in tabs:
        expect_state(tab, "Available")
        expect(tab.get_by_role("alert")).to_be_hidden()


@pytest.mark.usefixtures("timers")
def test_a_blinking_offer_can_be_accepted_still(
    acme: Organisation, tabs: list[Page], visit: Callable[[str], Page]
) -> None:
    acme.acceptance_timeout, acme.blink_duration = 1, 60
    acme.save(update_fields=["acceptance_timeout", "blink_duration"])
    visit("Dora")
    for tab in tabs:
        expect(card(tab, "Dora")).to_have_attribute("data-phase", "blinking")

    accept(tabs[0], "Dora")

    for tab in tabs:
        expect(card(tab, "Dora")).to_have_attribute("data-phase", "connected")
        expect_state(tab, "Available")
