"""Events reach the sockets of their process at once, and those of others by Redis."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from core import nearby, realtime, redis
from tests import sockets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.models import Agent
    from tests.sockets import Socket

ELSEWHERE = """
import django

django.setup()
from core import nearby

for number in range(3):
    event = f'{ADDRESS}|\\n{{"type": "elsewhere", "number": {number}}}'
    nearby.tell_others(event)
"""


@pytest.fixture
def desk(alice: Agent) -> Iterator[Socket]:
    with sockets.desk_of(alice) as desk:
        yield desk


def tell_from_another_process(address: str) -> None:
    subprocess.run(
        [sys.executable, "-c", f"ADDRESS = {address!r}\n{ELSEWHERE}"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "REDIS_URL": settings.REDIS_URL,
        },
        check=True,
    )


def test_what_another_process_tells_is_heard_once_and_in_its_order(
    desk: Socket,
) -> None:
    tell_from_another_process(desk.address)

    numbers = [desk.read_until("elsewhere")["number"] for _ in range(3)]
    assert numbers == [0, 1, 2]
    assert "elsewhere" not in desk.heard_kinds()


def test_what_this_process_tells_is_heard_once_and_in_its_order(desk: Socket) -> None:
    for number in range(3):
        realtime.publish("here", {"number": number}, to=[desk.address])
    tell_from_another_process(desk.address)
    desk.read_until("here")

    frames = [desk.read_until("here")["number"] for _ in range(2)]
    assert frames == [1, 2]
    # Whatever had come by Redis came before what the other process has told.
    desk.read_until("elsewhere")
    assert "here" not in desk.heard_kinds()


def test_a_process_is_not_sent_what_it_tells_itself(db: None) -> None:
    with redis.client().pubsub() as subscription:  # type: ignore[no-untyped-call]
        subscription.subscribe(nearby.channel(), nearby.channel("another"))
        for _ in range(2):
            subscription.get_message(timeout=None)

        realtime.publish("event", {}, to=["agent.1"])

        message = subscription.get_message(timeout=None)
        redis.client().publish(nearby.channel(), "end")
        last = subscription.get_message(timeout=None)
    assert message["channel"].decode() == nearby.channel("another")
    assert message["data"] == b'agent.1|\n{"type":"event"}'
    assert last["data"] == b"end"
