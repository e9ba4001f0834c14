"""Lists of configuration over REST: narrowed, searched, put in order (contract 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import AgentState
from tests.factories import PredefinedResponseFactory, QueueFactory
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Team
    from queues.models import EntryPoint, Queue

pytestmark = pytest.mark.telling


def names(administrator: Agent, section: str, **query: Any) -> list[str]:
    response = client_for(administrator).get(f"{API}/{section}/", query)
    assert response.status_code == 200, response.content
    rows = response.json()["results"]
    return [row["display_name" if section == "agents" else "name"] for row in rows]


def test_people_are_narrowed(
    ada: Agent, alice: Agent, bob: Agent, sam: Agent, front_line: Team
) -> None:
    bob.is_active = False
    bob.save(update_fields=["is_active"])

    assert names(ada, "agents", role="supervisor") == ["Sam"]
    assert names(ada, "agents", is_active="false") == ["Bob"]
    assert names(ada, "agents", teams=front_line.pk) == ["Alice", "Bob", "Sam"]
    assert names(ada, "agents", state=AgentState.IDLE) == []
    assert names(ada, "agents", q="ali") == ["Alice"]
    assert names(ada, "agents", q="ACME bob") == ["Bob"]
    assert names(ada, "agents", ordering="-display_name")[0] == "Sam"


def test_what_belongs_to_queues_is_narrowed(
    ada: Agent, support: Queue, direct: EntryPoint
) -> None:
    sales = QueueFactory.create(organisation=ada.organisation, name="Sales")
    PredefinedResponseFactory.create(
        organisation=ada.organisation, name="Price", text="Free.", queues=[sales]
    )

    assert names(ada, "entry-points", queue=support.pk) == [direct.name]
    assert names(ada, "entry-points", queue=sales.pk) == []
    assert names(ada, "predefined-responses", queues=sales.pk) == ["Price"]
    assert names(ada, "predefined-responses", q="free") == ["Price"]
    assert names(ada, "queues", q="sal") == ["Sales"]


@pytest.mark.parametrize("value", ["9" * 18, "9" * 30, "-7", "1.5", "1e400"])
@pytest.mark.parametrize("name", ["teams", "multimedia_profile"])
def test_an_id_that_nobody_has_finds_nobody(ada: Agent, name: str, value: str) -> None:
    assert names(ada, "agents", **{name: value}) == []


def test_a_foreign_id_is_as_unknown_as_any(
    ada: Agent, gina: Agent, help_desk: Team
) -> None:
    assert names(ada, "agents", teams=help_desk.pk) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("teams", "x"),
        ("teams", "NaN"),
        ("teams", "\x00"),
        ("is_active", "maybe"),
        ("role", "root"),
        ("state", "asleep"),
        ("q", "\x00"),
    ],
)
def test_a_wrong_filter_is_named(ada: Agent, name: str, value: str) -> None:
    response = client_for(ada).get(f"{API}/agents/", {name: value})

    refuses(response, 400, "invalid", errors=[name])


@pytest.mark.parametrize(
    "query",
    [
        {"ordering": "password"},
        {"ordering": "organisation__slug"},
        {"password__startswith": "x"},
        {"organisation": "2"},
        {"page_size": "9999"},
        {"page_size": "-1"},
        {"page_size": "many"},
    ],
)
def test_what_is_on_no_list_changes_nothing(
    ada: Agent, alice: Agent, query: dict[str, str]
) -> None:
    assert names(ada, "agents", **query) == ["Ada", "Alice"]
