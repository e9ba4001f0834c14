from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from factory.django import DjangoModelFactory

from agents.models import Agent, Organisation
from queues.models import EntryPoint, Queue
from tests import factories

pytestmark = pytest.mark.telling

APPS = {"agents", "queues", "contacts", "wrapup", "reports"}
# Rows that only services make, as side effects of what else they do.
WITHOUT_FACTORY = {
    *("AgentSums", "AssistantSums", "ContactSums", "IdleSums", "Named", "QueueSums"),
    *("RatingSums", "Rolled", "SavedView", "ShareSums", "Simulation", "WrapUpSums"),
    "AssistantDay",
    "ArticlePassage",
    "DistributionGroup",
    "Miss",
    "PasswordLink",
    "Presence",
    "PushSubscription",
    "RecoveryCode",
    "ResumeLink",
    "SecondFactor",
    "ServerProcess",
    "Socket",
    "VideoCall",
}
FACTORIES = [
    factory
    for factory in vars(factories).values()
    if isinstance(factory, type)
    and issubclass(factory, DjangoModelFactory)
    and factory is not DjangoModelFactory
]


@pytest.mark.django_db
@pytest.mark.parametrize("factory", FACTORIES)
def test_a_factory_makes_a_valid_row(
    factory: type[DjangoModelFactory[Organisation]],
) -> None:
    row = factory.create()

    row.refresh_from_db()
    row.full_clean()


def test_every_model_has_a_factory() -> None:
    models = {m.__name__ for m in apps.get_models() if m._meta.app_label in APPS}

    made = {factory._meta.get_model_class().__name__ for factory in FACTORIES}

    assert models - WITHOUT_FACTORY == made


def test_the_cast_can_work(
    direct: EntryPoint, support: Queue, alice: Agent, acme: Organisation
) -> None:
    assert direct.queue == support
    assert alice in Agent.objects.filter(teams__queues=support)
    assert acme.idle_codes.filter(is_default=True).count() == 1
    assert acme.wrapup_codes.filter(is_default=True).count() == 1


def test_tests_of_the_database_commit(acme: Organisation) -> None:
    assert not connection.in_atomic_block
