"""Lists that have grown long are neither counted nor read in full."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


def test_a_page_behind_the_last_row_is_not_there(
    sam: Agent, seven: list[Contact]
) -> None:
    response = client_for(sam).get(f"{API}/contacts/", {"page_size": 2, "page": 5})

    assert response.status_code == 404


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

    shown: Any = client.get("/admin/contacts/contact/?p=4").context["cl"]

    assert [row.pk for row in shown.result_list] == [seven[6].pk]
