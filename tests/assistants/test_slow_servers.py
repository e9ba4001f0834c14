"""A server that is slow holds up its own chats, and those of nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from assistants import jobs
from tests import steps
from tests.assistants.steps import asks, said_by, work
from tests.factories import AssistantFactory, EntryPointFactory

if TYPE_CHECKING:
    from queues.models import EntryPoint, Queue
    from tests.assistants.servers import Bot
    from tests.steps import Chat

HI = {"text": "Hi!"}


def in_a_thread(chat: Chat) -> None:
    try:
        jobs.answer(contact_id=chat.id)
    finally:
        connection.close()


@pytest.mark.postgresql
def test_a_server_that_hangs_takes_half_of_the_threads(
    bot: Bot, front: EntryPoint, support: Queue, settings: Any
) -> None:
    settings.WORK_AT_ONCE = 4
    other = AssistantFactory.create(
        organisation=support.organisation, fallback="Pardon?"
    )
    point = EntryPointFactory.create(
        organisation=support.organisation, queue=support, assistant=other
    )
    bot.answers.clear()
    bot.says(HI)
    hanging = [steps.open_chat(front) for _ in range(4)]
    for chat in hanging:
        steps.say(chat, "Hello?")

    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(in_a_thread, chat) for chat in hanging]
        # Two wait for the server; the other two left the turn for later.
        over = as_completed(running)
        assert [next(over).result(), next(over).result()] == [None, None]
        quick = steps.open_chat(point)
        asks(quick, "Hello?")
        assert said_by(quick, "bot")[-1] == "Pardon?"
        assert len(bot.asked) <= 2
        bot.answers.set()

    work()
    assert [said_by(chat, "bot")[1:] for chat in hanging] == [["Hi!"]] * 4
