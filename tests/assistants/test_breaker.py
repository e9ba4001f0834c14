"""A server that fails again and again is left alone, and people take over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from queues.models import Assistant
from tests import steps
from tests.administration.pages.site import page
from tests.assistants.servers import SECRET
from tests.assistants.steps import asks, said_by

if TYPE_CHECKING:
    from django.test import Client

    from queues.models import EntryPoint
    from tests.assistants.servers import Bot
    from tests.clockwork import Clockwork
    from tests.steps import Chat

FALLBACK = "I did not understand that."
HI = {"text": "Hi!"}


def fails(front: EntryPoint, *, times: int) -> None:
    """Let the assistant's server fail, each time in a chat of its own."""
    for _ in range(times):
        asks(steps.open_chat(front), "Hello?")


def reasons(*chats: Chat) -> list[str]:
    return [chat.contact.handover_reason for chat in chats]


def test_after_five_failures_people_take_over_at_once(
    bot: Bot, front: EntryPoint, clockwork: Clockwork
) -> None:
    bot.status = 500
    fails(front, times=5)
    chat = steps.open_chat(front)

    asks(chat, "Hello?")

    assert len(bot.asked) == 5
    assert (chat.contact.state, *reasons(chat)) == ("queued", "failure")
    assert said_by(chat, "bot")[1:] == [FALLBACK]


def test_four_failures_are_misses_like_any_other(
    bot: Bot, front: EntryPoint, clockwork: Clockwork
) -> None:
    bot.status = 500
    fails(front, times=4)
    bot.says(HI)
    fails(front, times=1)
    bot.status = 500
    chat = steps.open_chat(front)

    asks(chat, "Hello?")

    assert (chat.contact.state, len(bot.asked)) == ("bot", 6)


def test_after_the_pause_one_is_tried_and_all_are_asked_again(
    bot: Bot, front: EntryPoint, clockwork: Clockwork
) -> None:
    bot.status = 500
    fails(front, times=5)
    clockwork.moves(seconds=29)
    fails(front, times=1)
    assert len(bot.asked) == 5

    clockwork.moves(seconds=1)
    bot.says(HI)
    chat = steps.open_chat(front)
    asks(chat, "Hello?", "Hello again?")

    assert said_by(chat, "bot")[1:] == ["Hi!", "Hi!"]


def test_a_try_that_fails_begins_another_pause(
    bot: Bot, front: EntryPoint, clockwork: Clockwork
) -> None:
    bot.status = 500
    fails(front, times=5)
    clockwork.moves(seconds=30)

    fails(front, times=3)

    assert len(bot.asked) == 6


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("60", 60), ("86400", 300), ("999999999999", 300), ("-5", 0), ("soon", 0)],
)
def test_a_busy_server_is_left_alone_for_as_long_as_it_says(
    bot: Bot, front: EntryPoint, clockwork: Clockwork, told: str, seconds: int
) -> None:
    bot.status, bot.headers = 429, {"Retry-After": told}
    fails(front, times=1)
    if seconds:
        clockwork.moves(seconds=seconds - 1)
        fails(front, times=1)
        assert len(bot.asked) == 1

    clockwork.moves(seconds=1)
    fails(front, times=1)

    assert len(bot.asked) == 2


def test_without_redis_it_is_asked_and_fails_alone(
    bot: Bot, front: EntryPoint, redis_is_away: None
) -> None:
    bot.status = 500
    fails(front, times=6)
    bot.says(HI)
    chat = steps.open_chat(front)

    asks(chat, "Hello?")

    assert said_by(chat, "bot")[1:] == ["Hi!"]


# --- what the administrator sees --------------------------------------------------
def test_the_page_tells_the_last_failures_in_words(
    adas_browser: Client, bot: Bot, front: EntryPoint, clockwork: Clockwork
) -> None:
    address = page(Assistant, "change", front.assistant_id)
    assert "None is known." in adas_browser.get(address).content.decode()

    bot.status = 500
    fails(front, times=5)
    shown = adas_browser.get(address).content.decode()

    assert shown.count("Its status is 500.") == 5
    assert "Its server is not asked until" in shown
    assert SECRET not in shown
    assert "Hello?" not in shown


def test_twenty_failures_are_kept(
    adas_browser: Client, bot: Bot, front: EntryPoint, clockwork: Clockwork
) -> None:
    bot.status = 500
    for _ in range(25):
        fails(front, times=1)
        clockwork.moves(seconds=30)

    shown = adas_browser.get(page(Assistant, "change", front.assistant_id))

    assert shown.content.decode().count("Its status is 500.") == 20


def test_a_server_that_speaks_another_protocol_is_not_quoted(
    adas_browser: Client, bot: Bot, front: EntryPoint, clockwork: Clockwork
) -> None:
    bot.headers = {"X": "y" * 70_000}  # a head that is too long: the error quotes it

    fails(front, times=1)

    shown = adas_browser.get(page(Assistant, "change", front.assistant_id))
    assert "It does not speak HTTP." in shown.content.decode()
