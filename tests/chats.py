"""Dora's chat at the points where stories begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import steps

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.steps import Chat


@pytest.fixture
def waiting(direct: EntryPoint) -> Chat:
    """Dora's chat, which nobody can take yet."""
    return steps.open_chat(direct, customer={"name": "Dora"})


@pytest.fixture
def offered(alice: Agent, direct: EntryPoint) -> Chat:
    """Dora's chat, offered to Alice."""
    return steps.offered(alice, direct, customer={"name": "Dora"})


@pytest.fixture
def talking(alice: Agent, direct: EntryPoint) -> Chat:
    """Dora's chat with Alice."""
    return steps.connected(alice, direct, customer={"name": "Dora"})


@pytest.fixture
def ended(alice: Agent, direct: EntryPoint) -> Chat:
    """Dora's chat, which Alice has ended and not wrapped up."""
    return steps.in_wrap_up(alice, direct, customer={"name": "Dora"})


@pytest.fixture
def done(alice: Agent, direct: EntryPoint) -> Chat:
    """Dora's chat, over and wrapped up by Alice."""
    return steps.completed(alice, direct, customer={"name": "Dora"})
