"""Limits count uses by the minute, and forget them."""

from __future__ import annotations

from core import limits, redis


def test_what_is_given_back_after_its_minute_is_forgotten_too() -> None:
    limits.give_back_each(["a use of long ago"])

    assert 0 < redis.client().ttl(redis.key("limit:a use of long ago")) <= 60
