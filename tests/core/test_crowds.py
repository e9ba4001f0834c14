"""How many sockets one person may have open, and one address."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from core import hub
from core.crowd import Crowd
from tests import sockets

if TYPE_CHECKING:
    import pytest
    from pytest_django import Settings

    from agents.models import Agent
    from tests.steps import Chat

STRANGER, OTHER = "192.0.2.7", "192.0.2.8"


def test_the_oldest_of_too_many_desks_is_closed(
    alice: Agent, bob: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hub.MOST_SOCKETS == 20
    monkeypatch.setattr(hub, "MOST_SOCKETS", 2)
    with ExitStack() as stack:
        first, second = (stack.enter_context(sockets.desk_of(alice)) for _ in range(2))
        others = stack.enter_context(sockets.desk_of(bob))

        third = stack.enter_context(sockets.desk_of(alice))

        assert first.close_code() == 4429
        for desk in (second, third, others):
            desk.send("ping")
            assert desk.read_until("pong")


def test_the_oldest_of_too_many_pages_is_closed(
    talking: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MOST_SOCKETS", 2)
    with ExitStack() as stack:
        pages = [stack.enter_context(sockets.page_of(talking)) for _ in range(4)]

        assert [page.close_code() for page in pages[:2]] == [4429, 4429]
        for page in pages[2:]:
            page.send("ping")
            assert page.read_until("pong")


def test_a_desk_that_closes_makes_room(
    alice: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MOST_SOCKETS", 2)
    with sockets.desk_of(alice) as desk:
        for _ in range(4):
            with sockets.desk_of(alice):
                pass

        desk.send("ping")
        assert desk.read_until("pong")


# --- by address -------------------------------------------------------------------
def room(crowd: Crowd, stack: ExitStack, *addresses: str) -> list[bool]:
    """Let sockets come from these addresses; say for which there was room."""
    return [
        stack.enter_context(crowd.enter({"client": (address, 1), "headers": []}))
        for address in addresses
    ]


def test_an_address_has_so_many_sockets_and_no_more(settings: Settings) -> None:
    assert settings.SOCKETS_PER_ADDRESS == 500
    settings.SOCKETS_PER_ADDRESS = 2
    crowd = Crowd()
    with ExitStack() as stack:
        found = room(crowd, stack, STRANGER, STRANGER, STRANGER, OTHER)
        assert found == [True, True, False, True]
        # Households have many addresses of IPv6.
        found = room(crowd, stack, "2001:db8::1", "2001:db8::2", "2001:db8::3")
        assert found == [True, True, False]

    with ExitStack() as stack:
        assert room(crowd, stack, STRANGER) == [True]


def test_this_machine_has_as_many_as_it_wants(settings: Settings) -> None:
    settings.SOCKETS_PER_ADDRESS = 1
    with ExitStack() as stack:
        assert (
            room(Crowd(), stack, "127.0.0.1", "127.0.0.1", "::1", "::1") == [True] * 4
        )


def test_zero_is_no_limit(settings: Settings) -> None:
    settings.SOCKETS_PER_ADDRESS = 0
    with ExitStack() as stack:
        assert room(Crowd(), stack, STRANGER, STRANGER) == [True, True]


def test_behind_a_trusted_proxy_visitors_are_counted(
    settings: Settings, waiting: Chat
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    settings.SOCKETS_PER_ADDRESS = 1

    def opened(*hops: str) -> Any:
        headers: dict[str, Any] = {"x-forwarded-for": ", ".join(hops)}
        return sockets.opened(f"/ws/chat/{waiting.id}/", **headers)

    with (
        opened(OTHER, STRANGER) as first,
        opened(OTHER, STRANGER) as second,
        opened(OTHER) as third,
    ):
        assert second.read() == {"close": 4429}
        for page in (first, third):
            page.send("hello", token=waiting.token)
            assert page.read()["type"] == "welcome"
