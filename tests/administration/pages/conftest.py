from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.models import Agent, AuditEntry, Organisation, Role
from tests import factories
from tests.administration.pages.world import MARK, World, everything, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client


TRAIL = AuditEntry._meta.label


@pytest.fixture
def adas_browser(client: Client, ada: Agent) -> Client:
    """Ada's browser."""
    client.force_login(ada)
    return client


@pytest.fixture
def theirs(db: None) -> World:
    return world(MARK)


@pytest.fixture
def own(db: None) -> World:
    return world("mine")


@pytest.fixture
def greta(own: World) -> Agent:
    return factories.AgentFactory.create(
        organisation=own[Organisation], display_name="Greta", role=Role.ADMINISTRATOR
    )


@pytest.fixture
def gretas_browser(client: Client, greta: Agent, theirs: World) -> Iterator[Client]:
    """Greta's browser; whatever she does with it, every row stays as it was."""
    client.force_login(greta)
    before, kept = everything(), set(AuditEntry.objects.values_list("pk", flat=True))
    yield client
    # That she read and exported what is her own is another matter.
    new = AuditEntry.objects.exclude(pk__in=kept)
    assert {entry.organisation_id for entry in new} <= {greta.organisation_id}
    assert {entry.action for entry in new} <= {"transcript_read", "exported"}
    after = everything()
    trail = [row for row in after[TRAIL] if row["id"] in kept]
    assert {**after, TRAIL: trail} == before


@pytest.fixture
def writer(client: Client, greta: Agent, theirs: World) -> Client:
    """Greta's browser, where own rows may change."""
    client.force_login(greta)
    return client
