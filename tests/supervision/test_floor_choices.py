"""What the floor lets its viewer choose among, as it is now: queues, and what they may
do with the contacts of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.models import Power
from tests import sockets
from tests.factories import QueueFactory
from tests.steps import API, client_for

if TYPE_CHECKING:
    from typing import Any

    from agents.models import Agent, Organisation
    from queues.models import Queue

ALL = ["watch", "whisper", "barge", "take_over"]


def floor_of(viewer: Agent, query: str = "") -> Any:
    return client_for(viewer).get(f"{API}/floor/{query}").json()


def test_all_queues_are_known_with_their_limits(
    acme: Organisation, sam: Agent, support: Queue
) -> None:
    support.service_level_threshold = 30
    support.first_response_threshold = 90
    support.save()
    other = QueueFactory.create(organisation=acme, name="Archive", is_active=False)
    QueueFactory.create(name="Of others")

    floor = floor_of(sam, f"?queue={support.pk}")

    known = {row["name"]: row for row in floor["all_queues"]}
    assert "Of others" not in known
    assert known["Archive"]["id"] == other.pk
    assert known["Archive"]["is_active"] is False
    assert known["Support"] == {
        "id": support.pk,
        "name": "Support",
        "is_active": True,
        "service_level_threshold": 30,
        "first_response_threshold": 90,
    }


def test_a_queue_that_is_made_is_told_whoever_serves_it(
    acme: Organisation, sam: Agent, support: Queue
) -> None:
    with sockets.floor_of(sam) as page:
        page.read()
        QueueFactory.create(organisation=acme, name="Returns", teams=[])
        floor = page.read_until("floor")["floor"]

    assert "Returns" in [row["name"] for row in floor["all_queues"]]
    assert "Returns" not in [row["name"] for row in floor["queues"]]


@pytest.mark.parametrize("power", list(Power))
def test_a_power_that_is_taken_is_told_at_once(sam: Agent, power: Power) -> None:
    with sockets.floor_of(sam) as page:
        assert page.read()["floor"]["may"] == ALL
        setattr(sam, f"may_{power}", False)
        sam.save()
        floor = page.read_until("floor")["floor"]

    assert floor["may"] == [each for each in ALL if each != power]
    assert floor_of(sam)["may"] == floor["may"]


def test_administrators_take_no_contacts(ada: Agent) -> None:
    assert floor_of(ada)["may"] == ["watch", "whisper"]
