"""The closed page tells when it opens again, and then does."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from core import clock
from tests.browser.accessibility import faults
from tests.factories import HoursFactory

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from playwright.sync_api import BrowserContext

    from agents.models import Organisation
    from queues.models import EntryPoint, Hours, Queue

VISITORS = ZoneInfo("Asia/Kolkata")
ALWAYS = [{"day": day, "from": "00:00", "to": "24:00"} for day in range(7)]


def open_from(hours: Hours, moment: datetime) -> None:
    """Let it open at this moment, and not before."""
    date, begins = moment.date().isoformat(), f"{moment:%H:%M}"
    hours.holidays = [{"date": date, "name": "Day", "from": begins, "to": "24:00"}]
    hours.save(update_fields=["holidays"])


def when(moment: datetime) -> re.Pattern[str]:
    """Return how the page tells of a time not long from now."""
    local = moment.astimezone(VISITORS)
    is_today = local.date() == clock.now().astimezone(VISITORS).date()
    day = "today" if is_today else "tomorrow"
    return re.compile(rf"We open again {day} at 0?{local.hour}:{local:%M}\.")


def test_the_closed_page_tells_when_it_opens_and_opens(
    new_context: Callable[..., BrowserContext],
    acme: Organisation,
    direct: EntryPoint,
    support: Queue,
) -> None:
    hours: Any = HoursFactory.create(organisation=acme, weekly=[])
    support.hours = hours
    support.save(update_fields=["hours"])
    soon = clock.now() + timedelta(hours=3)
    later = clock.now() + timedelta(days=5)
    open_from(hours, later)

    options = {"timezone_id": VISITORS.key, "locale": "en-GB", "bypass_csp": True}
    page = new_context(**options).new_page()
    page.clock.install()
    page.goto(f"/chat/{direct.key}/")
    closed = page.get_by_role("region", name="Closed")
    expect(closed).to_contain_text("We are closed at the moment.")
    expect(closed).to_contain_text(f"{later.astimezone(VISITORS):on %A, }")
    assert faults(page) == []

    open_from(hours, soon)
    closed.get_by_role("button", name="Try again").click()
    expect(closed).to_contain_text(when(soon))
    expect(page.get_by_role("button", name="Start chat")).to_be_hidden()

    hours.weekly, hours.holidays = ALWAYS, []
    hours.save(update_fields=["weekly", "holidays"])
    page.clock.run_for(610_000)
    expect(page.get_by_role("button", name="Start chat")).to_be_visible()
    expect(closed).to_be_hidden()
