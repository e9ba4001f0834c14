"""A supervisor reads reports: figures, what they mean, how they changed; and keeps
them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from agents.models import Role
from core import clock
from reports.definitions import REPORTS
from tests.browser.accessibility import faults, walk
from tests.cast import person
from tests.factories import PASSWORD
from tests.reports.pages import waits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext

    from agents.models import Agent, Organisation
    from queues.models import Queue

LONG = "Donaudampfschifffahrtsgesellschaftskapitaensmuetze" * 2


@pytest.fixture
def busy(support: Queue, billing: Queue) -> Queue:
    """Support, to whose queue somebody came three days ago, and ten days ago."""
    now = clock.now().replace(hour=10, minute=0)
    for days in (3, 3, 3, 10, 10):
        waits(support, now - timedelta(days=days))
    waits(billing, now - timedelta(days=3))
    support.name = LONG[:100]
    support.save(update_fields=["name"])
    return support


@pytest.fixture
def reports(
    new_context: Callable[..., BrowserContext], sam: Agent, busy: Queue
) -> Page:
    """Sam's browser, at the reports; what judges the page is from elsewhere."""
    page = new_context(bypass_csp=True).new_page()
    enter(page, sam)
    return page


def enter(page: Page, viewer: Agent) -> None:
    page.goto("/?next=/reports/")
    page.get_by_label("Email").fill(viewer.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Reports", level=1)).to_be_visible()


def test_a_report_is_read_compared_exported_and_saved(
    reports: Page, busy: Queue, tmp_path: Path
) -> None:
    reports.get_by_label("Queue", exact=True).select_option(label=busy.name)
    reports.get_by_role("button", name="Show", exact=True).click()
    offered = (
        reports.get_by_role("listitem")
        .filter(has_text="Offered")
        .filter(has_text="before")
    )
    expect(offered).to_contain_text("3")
    expect(offered).to_contain_text("50.0% more (before: 2)")
    offered.get_by_role("button", name="Offered").click()
    expect(reports.locator("#about-offered")).to_be_visible()
    reports.keyboard.press("Escape")
    expect(reports.locator("#about-offered")).to_be_hidden()
    assert not faults(reports)

    with reports.expect_download() as downloading:
        reports.get_by_role("link", name="Export CSV").click()
    file = tmp_path / "report.csv"
    downloading.value.save_as(file)
    assert busy.name in file.read_text()

    reports.get_by_role("button", name="Save view").click()
    assert not faults(reports)
    reports.get_by_label("Name", exact=True).fill("Support by week")
    reports.get_by_role("button", name="Save", exact=True).click()
    expect(reports.get_by_text("Support by week").first).to_be_visible()
    asked = parse_qs(urlsplit(reports.url).query)
    assert (asked["period"], asked["queue"]) == (["last_7_days"], [str(busy.pk)])
    reports.get_by_role("tab", name="Agents").click()
    expect(reports.get_by_role("tab", name="Agents", selected=True)).to_be_visible()
    reports.get_by_role("button", name="Saved views").click()
    reports.get_by_role("link", name="Change saved views").click()
    expect(reports.get_by_role("heading", name="Your views")).to_be_visible()
    reports.get_by_text("Change", exact=False).first.click()
    assert not faults(reports)
    reports.get_by_role("link", name="Support by week").click()
    expect(reports.get_by_role("tab", name="Queues", selected=True)).to_be_visible()


def test_keys_alone_tell_the_values_of_a_chart(reports: Page) -> None:
    day = f"{clock.now() - timedelta(days=3):%Y-%m-%d}"
    chart = reports.get_by_role("group", name="Offered over time").first
    expect(reports.get_by_text("The arrow keys tell the values.").first).to_be_visible()
    chart.focus()
    told = reports.get_by_role("status").filter(has_text=re.compile(r"\d{4}-"))
    for _ in range(2):
        chart.press("ArrowLeft")
    expect(told).to_contain_text(f"{day}: 4")
    chart.press("Home")
    expect(told).not_to_contain_text(day)
    chart.hover(position={"x": 5, "y": 5})
    reached = walk(reports)
    assert "tab Queues" in reached
    assert not any(name.startswith("tab Agents") for name in reached)
    reports.get_by_role("tab", name="Queues").focus()
    reports.keyboard.press("ArrowRight")
    expect(reports.get_by_role("tab", name="Agents")).to_be_focused()
    reports.keyboard.press("Enter")
    expect(reports.get_by_role("tab", name="Agents", selected=True)).to_be_visible()


def test_what_is_wrong_stands_by_its_field_and_nothing_is_lost(reports: Page) -> None:
    reports.get_by_label("From", exact=True).fill("2026-01-31")
    reports.get_by_label("To", exact=True).fill("2026-01-01")
    reports.get_by_role("button", name="Show", exact=True).click()
    expect(reports.get_by_role("alert")).to_contain_text("after the beginning")
    expect(reports.get_by_label("To", exact=True)).to_have_accessible_description(
        re.compile("after the beginning")
    )
    expect(reports.get_by_label("From", exact=True)).to_have_value("2026-01-31")
    assert not faults(reports)


def test_every_report_for_those_who_read_from_right_to_left(
    new_context: Callable[..., BrowserContext], acme: Organisation, busy: Queue
) -> None:
    ada = person("Noor", acme, role=Role.ADMINISTRATOR)
    ada.language = "ar"
    ada.save(update_fields=["language"])
    page = new_context(bypass_csp=True).new_page()
    page.goto("/?next=/reports/")
    page.locator("[type=password]").fill(PASSWORD)
    page.locator("[type=email]").fill(ada.email)
    page.locator("form [type=submit]").first.click()
    expect(page.locator("[data-mirrored]")).to_be_visible()
    found = faults(page)
    for tab in REPORTS:
        page.goto(f"/reports/?report={tab}&period=today")
        found += faults(page)

    assert not found, "\n".join(found)
