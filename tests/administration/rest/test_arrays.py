"""Arrays over REST: a PATCH replaces the whole (contract 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from queues.models import EntryPoint, Intent
from tests.factories import AssistantFactory, IntentFactory
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Team
    from queues.models import Queue


def test_a_team_joins_at_once_unless_it_is_said_otherwise(
    ada: Agent, support: Queue, front_line: Team
) -> None:
    response = client_for(ada).patch(
        f"{API}/queues/{support.pk}/", {"distribution": [{"team": front_line.pk}]}
    )

    assert response.status_code == 200, response.content
    assert response.json()["distribution"] == [
        {"team": front_line.pk, "after_seconds": 0}
    ]


@pytest.mark.parametrize("row", [{}, {"after_seconds": 5}, 7, None])
def test_a_changed_distribution_consists_of_whole_rows(
    ada: Agent, support: Queue, front_line: Team, row: object
) -> None:
    response = client_for(ada).patch(
        f"{API}/queues/{support.pk}/", {"distribution": [row]}
    )

    refuses(response, 400, "invalid", errors=["distribution"])
    assert list(support.distribution.values_list("team", flat=True)) == [front_line.pk]


@pytest.mark.parametrize("rows", ["Front line", 7, {"team": 1}])
def test_a_distribution_is_an_array(ada: Agent, support: Queue, rows: object) -> None:
    response = client_for(ada).patch(
        f"{API}/queues/{support.pk}/", {"distribution": rows}
    )

    refuses(response, 400, "invalid", errors=["distribution"])
    assert support.distribution.count() == 1


@pytest.mark.parametrize("row", [{}, {"name": "order"}, {"name": "x", "label": "X"}])
def test_a_changed_form_consists_of_whole_fields(
    ada: Agent, direct: EntryPoint, row: object
) -> None:
    response = client_for(ada).patch(
        f"{API}/entry-points/{direct.pk}/", {"prechat_fields": [row]}
    )

    refuses(response, 400, "invalid", errors=["prechat_fields"])
    before = direct.prechat_fields
    assert EntryPoint.objects.get(pk=direct.pk).prechat_fields == before


def test_changed_intents_are_whole(ada: Agent) -> None:
    intent = IntentFactory.create(
        assistant=AssistantFactory.create(organisation=ada.organisation)
    )

    response = client_for(ada).patch(
        f"{API}/assistants/{intent.assistant_id}/", {"intents": [{"phrases": ["hi"]}]}
    )

    refuses(response, 400, "invalid", errors=["intents"])
    assert Intent.objects.get() == intent
