"""Redis is away: people are served all the same, and resume when it is back."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from contacts import jobs
from contacts.models import Message
from core import clock, heartbeat, nearby, redis
from tests import services, sockets, steps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.steps import Chat
    from wrapup.models import WrapUpCode


@pytest.mark.usefixtures("redis_is_away")
def test_a_chat_is_served_from_beginning_to_end(
    alice: Agent, direct: EntryPoint, resolved: WrapUpCode
) -> None:
    chat = steps.connected(alice, direct)
    steps.say(chat, "Hello")
    steps.say(alice, "Hi", to=chat)
    steps.end(alice, chat)
    steps.wrap_up(alice, chat, resolved)

    assert [line["seq"] for line in steps.lines_of(chat)] == [1, 2, 3, 4, 5]
    assert chat.contact.closed_at is not None


@pytest.mark.usefixtures("redis_is_away")
def test_sockets_open_and_answer(alice: Agent, talking: Chat) -> None:
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        first = desk.say(talking, "Hello", client_id="one")
        assert desk.say(talking, "Hello", client_id="one") == first
        page.say(talking, "Hi")
        desk.send("sync", contact=talking.id, after=0)

        lines = desk.read_until("messages")["messages"]

    assert [line["text"] for line in lines[1:]] == ["Hello", "Hi"]
    assert Message.objects.filter(kind="text").count() == 2


@pytest.mark.usefixtures("redis_is_away")
def test_sweeps_go_on(alice: Agent, offered: Chat) -> None:
    now = clock.now()

    assert jobs.send_cards(now) == 0
    assert jobs.send_positions(now) == 0
    jobs.expire_offers(now)
    jobs.route_waiting(now)

    assert not heartbeat.is_fresh(now)


# --- a Redis that comes and goes ----------------------------------------------
class Away:
    """A Redis of the test's own, which can be away for a while."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "redis.sock"
        self.url = f"unix://{self._path}"

    @contextmanager
    def running(self) -> Iterator[None]:
        with services.redis_server(self._path):
            yield
        self._path.unlink(missing_ok=True)


@pytest.fixture
def its_own_redis(settings: Settings) -> Iterator[Away]:
    with services.short_folder() as folder:
        own = Away(folder)
        settings.REDIS_URL = own.url
        redis.client.cache_clear()
        yield own
        redis.client.cache_clear()


def test_sockets_resume_when_redis_is_back(
    alice: Agent, direct: EntryPoint, its_own_redis: Away
) -> None:
    chat = steps.connected(alice, direct)
    with its_own_redis.running():
        desk_socket = sockets.desk_of(alice)
        page_socket = sockets.page_of(chat)
        desk = desk_socket.__enter__()
        page = page_socket.__enter__()
        steps.say(chat, "One")
        assert "message" in desk.heard_kinds()

    # Redis is away: what is said is stored, acknowledged, and heard by whom the same
    # process serves.
    ack = page.say(chat, "Two")
    assert ack["message"]["seq"] == 3
    assert desk.read_until("message")["message"]["text"] == "Two"

    with its_own_redis.running():
        assert desk.close_code() == 1013
        assert page.close_code() == 1013
        page_socket.__exit__(None, None, None)
        desk_socket.__exit__(None, None, None)

        with sockets.page_of(chat, after=2) as page, sockets.desk_of(alice) as desk:
            # Whoever resumes has missed nothing, and hears again.
            assert [line["text"] for line in page.welcome["messages"]] == ["Two"]
            assert desk.welcome["cards"][0]["last_seq"] == 3
            steps.say(alice, "Three", to=chat)
            assert "message" in page.heard_kinds()
    assert [line["seq"] for line in steps.lines_of(chat)] == [1, 2, 3, 4]


def test_who_comes_after_the_gap_need_not_resume(
    alice: Agent, its_own_redis: Away
) -> None:
    with sockets.running():
        with sockets.desk_of(alice):
            pass
        with its_own_redis.running(), sockets.desk_of(alice) as desk:
            assert desk.heard() == []


@pytest.mark.parametrize(
    "nonsense", [b"", b"\n", b"\xff", b"|", b"agent.1", b"{address}|\n!close x"]
)
def test_an_event_that_nobody_understands_makes_nobody_deaf(
    alice: Agent, talking: Chat, nonsense: bytes
) -> None:
    nonsense = nonsense.replace(b"{address}", alice.address.encode())
    with sockets.running():
        with sockets.desk_of(alice) as desk:
            redis.client().publish(nearby.channel(), nonsense)
            steps.say(talking, "Hello")
            # It hears on, or is told to come again.
            frame = desk.read()
            assert frame.get("type") == "message" or frame == {"close": 1013}
            sockets.errors.records.clear()
        with sockets.desk_of(alice) as desk:
            steps.say(talking, "Hello again")
            assert "message" in desk.heard_kinds()
