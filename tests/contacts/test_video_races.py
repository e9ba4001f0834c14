"""Two commands about a video call at once: one outcome, and never a call without its
agent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from contacts import jobs
from contacts.models import VideoCall
from core import clock
from tests import steps
from tests.contacts.races import by, by_customer, race, to
from tests.journeys import invariants
from tests.steps import customer_of, for_customers

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.contacts.races import Command
    from tests.steps import Chat

pytestmark = [pytest.mark.postgresql]

# What the last call ended by, or its state; and how often somebody has left one.
PAIRS = """
rings first   second  answers outcome   left
no    ring    ring2   200 409 ringing   0
no    ring    give    200 200 chat_over 0
no    give    ring    200 409 .         0
no    ring    leave   200 204 chat_over 0
no    leave   ring    204 409 .         0
yes   accept  stop    200 200 left      1
yes   stop    accept  200 409 cancelled 0
yes   accept  decline 200 409 live      0
yes   decline accept  200 409 declined  0
yes   accept  accept2 200 409 live      0
yes   accept  end     200 200 chat_over 1
yes   end     accept  200 409 chat_over 0
yes   clock   accept  1   409 missed    0
yes   accept  clock   200 0   live      0
yes   clock   decline 1   200 missed    0
yes   decline clock   200 0   declined  0
"""
ROWS = [tuple(line.split()) for line in PAIRS.strip().splitlines()[1:]]


def answered(chat: Chat, how: str, **body: str) -> Command:
    client, url = customer_of(chat), for_customers(chat, f"video/{how}")
    return lambda: client.post(url, body, format="json").status_code


def clock_strikes() -> int:
    """Let a minute pass; return how many calls stopped to ring."""
    before = VideoCall.objects.filter(outcome="missed").count()
    jobs.expire_calls(clock.now() + timedelta(seconds=61))
    return VideoCall.objects.filter(outcome="missed").count() - before


@pytest.mark.parametrize(
    ("rings", "first", "second", "one", "two", "last", "left"), ROWS
)
def test_the_pair(
    alice: Agent,
    bob: Agent,
    talking: Chat,
    rings: str,
    first: str,
    second: str,
    one: str,
    two: str,
    last: str,
    left: str,
) -> None:
    steps.go_available(bob)
    can: dict[str, Command] = {
        "ring": by(alice, talking, "video", tab="desk-1"),
        "ring2": by(alice, talking, "video", tab="desk-2"),
        "stop": by(alice, talking, "video/end"),
        "end": by(alice, talking, "end"),
        "give": by(alice, talking, "transfer", **to(bob)),
        "accept": answered(talking, "accept", tab="page-1"),
        "accept2": answered(talking, "accept", tab="page-2"),
        "decline": answered(talking, "decline"),
        "leave": by_customer(talking),
        "clock": clock_strikes,
    }
    if rings == "yes":
        assert can["ring"]() == 200

    answers = race(can[first], can[second])

    assert answers == (int(one), int(two))
    call = VideoCall.objects.order_by("-pk").first()
    assert (call.outcome or call.state if call else ".") == last
    texts = steps.texts_of(talking)
    assert sum("left the video call" in text for text in texts) == int(left)
    invariants.check_always()
