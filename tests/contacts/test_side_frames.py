"""Reading, typing and pinging: they come in crowds, and keep no message waiting."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from contacts.consumers import ChatConsumer, DeskConsumer
from contacts.models import Contact
from contacts.services import attention
from core import heartbeat
from tests import sockets, steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from tests.steps import Chat

CROWD = 8


@pytest.mark.postgresql
def test_reading_that_waits_for_a_lock_holds_up_no_message(
    alice: Agent, talking: Chat, direct: EntryPoint
) -> None:
    other = steps.connected(alice, direct)
    with ExitStack() as crowd:
        pages = [crowd.enter_context(sockets.page_of(talking)) for _ in range(CROWD)]
        page = crowd.enter_context(sockets.page_of(other))
        with transaction.atomic():
            Contact.objects.select_for_update(no_key=True).get(pk=talking.id)
            for each in pages:
                each.send("read", seq=1)

            # All this while the lock is held.
            assert page.say(other, "Hello")["message"]["text"] == "Hello"
            page.send("sync", after=0)
            assert page.read_until("messages")
            page.send("ping")
            assert page.read_until("pong")
            assert talking.contact.customer_read_seq == 0

        for each in pages:
            each.heard()
    assert talking.contact.customer_read_seq == 1


def test_whether_the_timers_run_is_asked_once_a_second(
    alice: Agent,
    waiting: Chat,
    clockwork: Clockwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[datetime] = []
    is_fresh = heartbeat.is_fresh

    def counted(now: datetime) -> bool:
        asked.append(now)
        return is_fresh(now)

    monkeypatch.setattr(heartbeat, "is_fresh", counted)

    with sockets.desk_of(alice) as desk, sockets.page_of(waiting) as page:
        for _ in range(5):
            desk.heard()
            page.heard()
        assert len(asked) == 1
        clockwork.moves(seconds=1)
        desk.heard()
        page.heard()

    assert len(asked) == 2


def cost(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def test_what_comes_in_crowds_costs_next_to_nothing(
    alice: Agent, talking: Chat
) -> None:
    contact = talking.contact
    desk, page = DeskConsumer(), ChatConsumer()
    desk.agent, page.contact = alice, contact

    def reads() -> None:
        attention.mark_read_by_agent(contact_id=talking.id, agent=alice, seq=1)

    def types() -> None:
        attention.typing_by_agent(contact_id=talking.id, agent=alice, on=True)

    assert cost(desk.places) == 1
    assert cost(page.places) == 1
    assert cost(types) == 1
    assert cost(lambda: attention.typing_by_customer(contact=contact, on=True)) == 1
    reads()
    # A repeat changes nothing, and tells nobody.
    assert cost(reads) == 2
