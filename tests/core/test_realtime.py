"""What a change tells leaves after the commit, in its order, as one message."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from rest_framework.serializers import Serializer
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList

from contacts.models import SenderKind
from core import nearby, realtime, redis
from core.closing import CloseCode
from core.realtime import encode

if TYPE_CHECKING:
    from collections.abc import Iterator

Sent = list[tuple[str, str]]
Read = Callable[[], list[Sent]]


@pytest.fixture
def sent(db: None) -> Iterator[Read]:
    """Return what has come to Redis by now: per message (addresses, frame type)."""
    channel = nearby.channel("of the test")
    with redis.client().pubsub() as subscription:  # type: ignore[no-untyped-call]
        subscription.subscribe(channel)
        subscription.get_message(timeout=None)

        def read() -> list[Sent]:
            redis.client().publish(channel, "end")
            messages = []
            while (text := subscription.get_message(timeout=None)["data"]) != b"end":
                lines = text.decode().split("\n")
                pairs = zip(lines[::2], lines[1::2], strict=True)
                messages.append(
                    [(head, json.loads(frame)["type"]) for head, frame in pairs]
                )
            return messages

        yield read


def test_events_of_one_change_leave_together_in_their_order(sent: Read) -> None:
    with transaction.atomic():
        realtime.publish("first", {}, to=["agent.1", "agent.2"], skip="a socket")
        realtime.publish("second", {"text": "two\nlines"}, to=["agent.1"])
        nothing_yet = sent()

    assert nothing_yet == []
    assert sent() == [[("agent.1 agent.2|a socket", "first"), ("agent.1|", "second")]]


def test_what_is_taken_back_is_not_told(sent: Read) -> None:
    with transaction.atomic():
        realtime.publish("before", {}, to=["agent.1"])
        with transaction.atomic():
            realtime.publish("never", {}, to=["agent.1"])
            transaction.set_rollback(True)
        realtime.publish("after", {}, to=["agent.1"])

    assert [kind for message in sent() for _, kind in message] == ["before", "after"]


def test_what_is_noted_goes_along(sent: Read) -> None:
    with transaction.atomic():
        realtime.publish("told", {}, to=["agent.1"])
        realtime.note("one set", "first", "second")
        realtime.note("another set", "first")
        assert redis.recall("one set", at_most=9) == []

    assert sent() == [[("agent.1|", "told")]]
    assert sorted(redis.recall("one set", at_most=9)) == ["first", "second"]
    assert redis.recall("another set", at_most=9) == ["first"]


def test_what_is_noted_alone_tells_nobody_anything(sent: Read) -> None:
    realtime.note("one set", "first")

    assert sent() == []
    assert redis.recall("one set", at_most=9) == ["first"]


def test_an_event_for_nobody_does_not_leave(sent: Read) -> None:
    realtime.publish("unheard", {}, to=[])

    assert sent() == []


def test_noted_work_can_be_taken_once(db: None) -> None:
    with transaction.atomic():
        realtime.note("chores", "sweep")
        realtime.note("chores", "sweep")
        realtime.note("chores", "dust")

    assert sorted(redis.recall("chores", at_most=10)) == ["dust", "sweep"]
    assert redis.recall("chores", at_most=10) == []


def test_what_is_encoded_already_is_not_encoded_again() -> None:
    inner = encode({"text": "“quoted”"})

    frame = encode({"type": "message", "message": inner, "number": 1})

    assert json.loads(frame) == {
        "type": "message",
        "message": {"text": "“quoted”"},
        "number": 1,
    }


def test_values_of_other_classes_are_encoded_as_what_they_stand_for() -> None:
    frame = encode(
        {
            "name": gettext_lazy("Name"),
            "safe": SafeString("<b>"),
            "kind": SenderKind.AGENT,
            "code": CloseCode.FLOOD,
            "form": ReturnDict({"a": 1}, serializer=Serializer()),
            "forms": ReturnList([1, 2], serializer=Serializer()),
            "rate": Decimal("1.20"),
        }
    )

    assert json.loads(frame) == {
        "name": "Name",
        "safe": "<b>",
        "kind": "agent",
        "code": int(CloseCode.FLOOD),
        "form": {"a": 1},
        "forms": [1, 2],
        "rate": "1.20",
    }
