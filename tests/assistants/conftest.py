"""Servers of Acme's own, which its assistants ask."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

import pytest

from tests.assistants.servers import SECRET, Bot, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from agents.models import Agent
    from queues.models import Assistant


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
def adas_browser(client: Client, ada: Agent) -> Client:
    """Ada's browser."""
    client.force_login(ada)
    return client
