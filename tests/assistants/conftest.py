"""Servers of Acme's own, which its assistants ask."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

import pytest

from queues.models import Assistant
from tests.assistants.servers import KEY, SECRET, Bot, Model, serving
from tests.factories import ArticleFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from agents.models import Agent, Organisation
    from queues.models import Article
    from tests.clockwork import Clockwork


@pytest.fixture
def bot(robot: Assistant, settings: Any) -> Iterator[Bot]:
    settings.WEBHOOK_ALLOW_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    bot = Bot()
    with serving(bot):
        robot.kind = "webhook"
        robot.webhook_url = bot.address
        robot.webhook_secret = SECRET
        robot.save(update_fields=["kind", "webhook_url", "webhook_secret"])
        yield bot


@pytest.fixture
def delivery(acme: Organisation, clockwork: Clockwork) -> Article:
    """What Acme knows about deliveries."""
    return ArticleFactory.create(
        organisation=acme,
        title="Delivery times",
        body="Orders arrive within three working days.",
    )


@pytest.fixture
def model(robot: Assistant, delivery: Article, settings: Any) -> Iterator[Model]:
    """The model that Acme's robot asks."""
    settings.WEBHOOK_ALLOW_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    model = Model()
    with serving(model):
        Assistant.objects.filter(pk=robot.pk).update(
            kind="llm",
            base_url=f"{model.address}/v1/",
            model="small",
            api_key=KEY,
            instructions="Be kind.",
        )
        robot.refresh_from_db()
        yield model


@pytest.fixture
def adas_browser(client: Client, ada: Agent) -> Client:
    """Ada's browser."""
    client.force_login(ada)
    return client
