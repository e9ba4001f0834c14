"""An administrator asks what would have become of a day with other settings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from core import clock
from reports import tasks
from reports.models import Simulation
from tests.browser.accessibility import faults, walk
from tests.factories import PASSWORD
from tests.reports.pages import waits

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent, Team
    from queues.models import Queue


@pytest.fixture
def what_if(new_context: Callable[..., BrowserContext], ada: Agent) -> Page:
    """Ada's browser, at the page; what judges it is from elsewhere."""
    page = new_context(bypass_csp=True).new_page()
    page.goto("/?next=/reports/")
    page.get_by_label("Email").fill(ada.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="What if").click()
    expect(page.get_by_role("heading", name="What if", level=1)).to_be_visible()
    return page


def test_a_small_day_is_replayed(
    what_if: Page, support: Queue, front_line: Team
) -> None:
    nine = (clock.now() - timedelta(days=1)).replace(hour=9, minute=0)
    waits(support, nine)
    assert faults(what_if) == []
    what_if.get_by_label("Day").fill(nine.date().isoformat())
    what_if.get_by_label("Chats at once").fill("9")
    what_if.get_by_role("button", name="Replay the day").click()
    expect(what_if.get_by_role("alert")).to_contain_text("less than or equal to 5")
    expect(what_if.get_by_label("Chats at once")).to_have_value("9")

    what_if.get_by_label("Chats at once").fill("2")
    what_if.get_by_label("Service level within, seconds").fill("90")
    what_if.get_by_role("button", name="Replay the day").click()

    expect(what_if.get_by_role("progressbar")).to_be_visible()
    expect(what_if.get_by_role("button", name="Stop")).to_be_visible()
    assert faults(what_if) == []
    # The page sees for itself that the worker is done.
    tasks.run_simulation(str(Simulation.objects.get().pk))
    figures = what_if.get_by_role("table", name="All queues")
    waited = figures.get_by_role("row", name="Longest wait")
    expect(waited.get_by_role("cell")).to_have_text(["1:00", "1:00", "1:00"])
    expect(what_if.get_by_text("would have been answered in time")).to_be_visible()
    assert faults(what_if) == []
    walk(what_if)
