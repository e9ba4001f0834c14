"""Lists cost the same number of queries however long they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.models import Agent, Organisation, Role
from tests import factories
from tests.administration.pages.site import IDS, MODELS, page
from tests.administration.pages.world import world

if TYPE_CHECKING:
    from django.db.models import Model
    from django.test import Client

pytestmark = pytest.mark.telling


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return len(captured)


@transaction.atomic
def grow(organisation: Organisation) -> None:
    """Add rows of every kind, each with relations of its own."""
    own = {"organisation": organisation}
    for _ in range(6):
        profile = factories.MultimediaProfileFactory.create(**own)
        team = factories.TeamFactory.create(multimedia_profile=profile, **own)
        agent = factories.AgentFactory.create(
            teams=[team], multimedia_profile=profile, **own
        )
        factories.IdleCodeFactory.create(**own)
        factories.StateLogFactory.create(agent=agent, changed_by=agent)
        queue = factories.QueueFactory.create(teams=[team], **own)
        assistant = factories.AssistantFactory.create(**own)
        factories.IntentFactory.create(assistant=assistant)
        point = factories.EntryPointFactory.create(
            queue=queue, assistant=assistant, **own
        )
        factories.PredefinedResponseFactory.create(queues=[queue], **own)
        factories.WrapUpCodeFactory.create(**own).queues.add(queue)
        contact = factories.ContactFactory.create(
            queue=queue, entry_point=point, ended=True, **own
        )
        factories.AssignmentFactory.create(contact=contact, agent=agent, completed=True)


@pytest.fixture
def organisation(db: None) -> Organisation:
    row: Organisation = world("mine")[Organisation]
    return row


# An administrator has one organisation and no list of them.
OWN = [model for model in MODELS if model is not Organisation]


@pytest.mark.parametrize("model", OWN, ids=lambda model: model.__name__)
def test_an_administrators_list(
    client: Client, organisation: Organisation, model: type[Model]
) -> None:
    ada = factories.AgentFactory.create(
        organisation=organisation, role=Role.ADMINISTRATOR
    )
    client.force_login(ada)
    address = page(model, "changelist")
    queries(client, address)  # fills caches of content types

    few = queries(client, address)
    grow(organisation)

    assert queries(client, address) == few


@pytest.mark.parametrize("model", MODELS, ids=IDS)
def test_the_superusers_list(
    client: Client, organisation: Organisation, root: Agent, model: type[Model]
) -> None:
    world("other")
    client.force_login(root)
    address = page(model, "changelist")
    queries(client, address)

    few = queries(client, address)
    grow(organisation)
    world("third")

    assert queries(client, address) == few


@pytest.mark.parametrize(
    "asked",
    ["role__exact=%00", "q=%00", "state=a%00b", "o=%00", "e=%00"],
)
def test_a_character_that_databases_do_not_know_is_refused(
    adas_browser: Client, alice: Agent, asked: str
) -> None:
    for address in (page(Agent, "changelist"), reverse("admin:autocomplete")):
        assert adas_browser.get(f"{address}?{asked}").status_code == 400
