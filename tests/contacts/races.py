"""Two commands at once: the first holds its locks until the second waits for them, in
a thread and a connection of its own; then the first commits."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from contacts import jobs
from contacts.models import LIVE_STATES, Assignment
from core import clock
from tests import steps
from tests.steps import client_for, customer_of, for_agents, for_customers

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from agents.models import Agent
    from tests.steps import Chat

    Command = Callable[[], int]

PATIENCE = 20  # seconds
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def race(first: Command, second: Command) -> tuple[int, int]:
    """Run both; return their answers."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            answer = first()
            other = pool.submit(_in_a_thread, second)
            wait_until_it_waits(other)
        return answer, other.result(PATIENCE)


def _in_a_thread(command: Command) -> int:
    try:
        return command()
    finally:
        connection.close()


def wait_until_it_waits(other: Future[Any]) -> None:
    """Return when the other one waits for a lock, or needs none and is done."""
    deadline = time.monotonic() + PATIENCE
    while not other.done():
        with connection.cursor() as cursor:
            cursor.execute(BLOCKED)
            if cursor.fetchone()[0]:
                return
        assert time.monotonic() < deadline, "The second command neither waits nor ends."


def by(agent: Agent, chat: Chat, command: str, /, **body: object) -> Command:
    """Return the agent's command, to be run later; gives the status."""
    client = client_for(agent)
    return lambda: (
        client.post(for_agents(chat, command), body, format="json").status_code
    )


def by_customer(chat: Chat) -> Command:
    client = customer_of(chat)
    return lambda: client.post(for_customers(chat, "leave")).status_code


def by_the_clock() -> int:
    """Return how many offers passed."""
    return jobs.expire_offers(clock.now() + timedelta(minutes=2))


def to(target: Agent) -> dict[str, object]:
    return {"destination_type": "agent", "to": target.pk}


def events(chat: Chat) -> list[str]:
    """Return the events since Alice joined; none may be there twice."""
    lines = [line for line in steps.lines_of(chat) if line["kind"] == "event"]
    texts = [str(line["text"]) for line in lines]
    assert [text for text, times in Counter(texts).items() if times > 1] == []
    return texts[texts.index("Alice has joined the chat") + 1 :]


def live(agent: Agent) -> int:
    """Return how many slots the agent uses."""
    return Assignment.objects.filter(agent=agent, state__in=LIVE_STATES).count()


def state_of(agent: Agent) -> str:
    agent.refresh_from_db()
    return agent.state
