"""Lists that have grown long are neither counted nor read in full."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from core import pagination
from tests.factories import ContactFactory
from tests.steps import API, client_for

if TYPE_CHECKING:
    from django.test import Client

    from agents.models import Agent, Organisation
    from contacts.models import Contact
    from queues.models import Queue

SHORT = 3  # rows that are counted here


@pytest.fixture
def seven(
    acme: Organisation, support: Queue, monkeypatch: pytest.MonkeyPatch
) -> list[Contact]:
    """Seven contacts, newest first, where only three are counted."""
    monkeypatch.setattr(pagination, "MOST_COUNTED", SHORT)
    first = ContactFactory.create(organisation=acme, queue=support, ended=True)
    return [
        ContactFactory.create(
            organisation=acme,
            queue=support,
            ended=True,
            opened_at=first.opened_at - timedelta(hours=number),
        )
        if number
        else first
        for number in range(7)
    ]


def on_all_pages(reader: Agent) -> list[str]:
    """Return what a program finds that follows `next` from the first page."""
    found, address = [], f"{API}/contacts/?page_size=2"
    for _ in range(10):
        page = client_for(reader).get(address).json()
        found += [row["id"] for row in page["results"]]
        address = page["next"]
        if address is None:
            return found
    raise AssertionError("The pages do not end.")


@pytest.mark.parametrize("expected", [0, 4, 10**6])
def test_pages_show_every_row_once_whatever_is_expected(
    sam: Agent,
    seven: list[Contact],
    monkeypatch: pytest.MonkeyPatch,
    expected: int,
) -> None:
    monkeypatch.setattr(pagination.LongLists, "_estimate", lambda self: expected)

    assert on_all_pages(sam) == [str(contact.pk) for contact in seven]


@pytest.mark.parametrize("page", ["5", str(10**20), "9" * 5000])
def test_a_page_behind_the_last_row_is_not_there(
    sam: Agent, seven: list[Contact], page: str
) -> None:
    response = client_for(sam).get(f"{API}/contacts/?page_size=2&page={page}")

    assert response.status_code == 404


@pytest.mark.parametrize("page", [str(10**20), "9" * 5000])
def test_the_administration_knows_no_page_so_far_off(
    client: Client, ada: Agent, seven: list[Contact], page: str
) -> None:
    client.force_login(ada)

    assert client.get(f"/admin/contacts/contact/?p={page}").status_code in {200, 302}


@pytest.mark.postgresql
def test_no_more_rows_are_counted_than_few(sam: Agent, seven: list[Contact]) -> None:
    with CaptureQueriesContext(connection) as queries:
        client_for(sam).get(f"{API}/contacts/", {"page_size": 2})

    counting = [q["sql"] for q in queries if "COUNT(" in q["sql"].upper()]
    assert len(counting) == 1
    assert f"LIMIT {SHORT + 1}" in counting[0]


def test_the_administration_shows_deep_pages(
    client: Client, ada: Agent, seven: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    from administration.admin.base import ScopedAdmin

    monkeypatch.setattr(ScopedAdmin, "list_per_page", 2)
    client.force_login(ada)

    assert shown(client.get("/admin/contacts/contact/?p=4")) == [seven[6].pk]


def test_a_long_list_is_sorted_by_its_time_alone(
    client: Client, ada: Agent, seven: list[Contact]
) -> None:
    client.force_login(ada)

    by_customer = client.get("/admin/contacts/contact/?o=2")
    oldest_first = client.get("/admin/contacts/contact/?o=1")

    assert shown(by_customer) == [contact.pk for contact in seven]
    assert b"more than 3 rows" in by_customer.content
    assert shown(oldest_first) == [contact.pk for contact in reversed(seven)]
    assert b"more than 3 rows" not in oldest_first.content


def shown(response: Any) -> list[Any]:
    """Return the rows of a list of the administration."""
    return [row.pk for row in response.context["cl"].result_list]


# --- the periods over a list ----------------------------------------------------
@pytest.fixture
def dated(acme: Organisation, support: Queue) -> None:
    """Contacts of two years, and of two months of one."""
    for day in ("2024-11-30", "2026-01-05", "2026-01-31", "2026-03-01"):
        ContactFactory.create(
            organisation=acme,
            queue=support,
            ended=True,
            opened_at=datetime.fromisoformat(f"{day}T12:00:00+00:00"),
        )


@pytest.mark.parametrize("most", [0, 10_000])
@pytest.mark.parametrize(
    ("asked", "titles", "back"),
    [
        ("", ["2024", "2025", "2026"], None),
        ("opened_at__year=2024", ["11-30"], "All dates"),
        (
            "opened_at__year=2026",
            ["2026-01", "2026-02", "2026-03"],
            "All dates",
        ),
        (
            "opened_at__year=2026&opened_at__month=1",
            [f"01-{day:02}" for day in range(5, 32)],
            "2026",
        ),
        (
            "opened_at__year=2026&opened_at__month=1&opened_at__day=5",
            ["01-05"],
            "2026-01",
        ),
        ("opened_at__year=2025", [], "All dates"),
    ],
)
def test_periods_lead_into_a_list_without_reading_it(
    client: Client,
    ada: Agent,
    dated: None,
    asked: str,
    titles: list[str],
    back: str | None,
    most: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pagination, "MOST_COUNTED", most)
    client.force_login(ada)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/admin/contacts/contact/?{asked}")

    [links] = re.findall(r'(?s)<nav class="toplinks">(.*?)</nav>', str(response.text))
    words = [word for line in strip_tags(links).splitlines() if (word := line.strip())]
    assert words == ([f"&lsaquo; {back}"] if back else []) + titles
    assert not any("DISTINCT" in query["sql"] for query in queries)
    is_short = most > 0 or not titles
    assert any("MAX(" in query["sql"] for query in queries) == is_short
