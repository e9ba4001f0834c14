"""The conversation as a text file (contract 3.1, 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests import steps
from tests.steps import client_for, customer_of, for_agents, for_customers, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from tests.steps import Chat


def lines(response: Any) -> list[str]:
    assert response.status_code == 200
    _, _, text = response.content.decode().partition("\n\n")
    return [line.partition("] ")[2] or line for line in text.splitlines()]


def test_a_transcript_has_a_line_for_everything(alice: Agent, talking: Chat) -> None:
    steps.say(talking, "Hello ☂")
    steps.say(alice, "Hi Dora", to=talking)
    steps.end(alice, talking)

    response = client_for(alice).get(for_agents(talking, "transcript"))

    assert lines(response) == [
        "Alice has joined the chat",
        "Dora: Hello ☂",
        "Alice: Hi Dora",
        "Alice has left the chat",
        "The chat has ended",
    ]


def test_a_line_begins_with_its_time(talking: Chat) -> None:
    response = customer_of(talking).get(for_customers(talking, "transcript"))

    time = talking.contact.connected_at
    assert time is not None
    assert f"\n[{time:%Y-%m-%d %H:%M:%S}] Alice" in response.content.decode()


def test_the_heading_says_whose_chat_and_in_which_zone(
    acme: Organisation, alice: Agent, talking: Chat
) -> None:
    acme.timezone = "Asia/Kolkata"
    acme.save(update_fields=["timezone"])
    opened = talking.contact.opened_at.astimezone(ZoneInfo("Asia/Kolkata"))

    for response in (
        client_for(alice).get(for_agents(talking, "transcript")),
        customer_of(talking).get(for_customers(talking, "transcript")),
    ):
        first, second, third, *_ = response.content.decode().splitlines()
        assert first == f"Acme: chat of {opened:%Y-%m-%d, %H:%M}"
        assert (second, third) == ("Times: Asia/Kolkata", "")
        assert (
            f'filename="acme-chat-{opened:%Y-%m-%d}.txt"'
            in (response["Content-Disposition"])
        )


def test_customers_have_the_times_of_their_own_zone(talking: Chat) -> None:
    url = for_customers(talking, "transcript")
    time = talking.contact.connected_at
    assert time is not None

    for name in ("Pacific/Kiritimati", "America/St_Johns"):
        response = customer_of(talking).get(url, {"timezone": name})

        local = time.astimezone(ZoneInfo(name))
        text = response.content.decode()
        assert f"Times: {name}\n" in text
        assert f"[{local:%Y-%m-%d %H:%M:%S}] Alice" in text
        day = talking.contact.opened_at.astimezone(ZoneInfo(name))
        assert f"acme-chat-{day:%Y-%m-%d}.txt" in response["Content-Disposition"]


@pytest.mark.parametrize(
    "name",
    ["Mars/Olympus", "../../etc/passwd", "Europe", "/etc/localtime", "a\x00"],
)
def test_a_zone_that_is_none_is_refused(talking: Chat, name: str) -> None:
    url = for_customers(talking, "transcript")

    response = customer_of(talking).get(url, {"timezone": name})

    refuses(response, 400, "invalid", errors=["timezone"])


def test_both_sides_get_the_same_file(alice: Agent, ended: Chat) -> None:
    mine = client_for(alice).get(for_agents(ended, "transcript"))
    theirs = customer_of(ended).get(for_customers(ended, "transcript"))

    assert mine.content == theirs.content


def test_the_file_is_a_download(talking: Chat) -> None:
    response = customer_of(talking).get(for_customers(talking, "transcript"))

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == (
        f'attachment; filename="acme-chat-{talking.contact.opened_at:%Y-%m-%d}.txt"'
    )


def test_nobody_writes_a_line_of_somebody_else(alice: Agent, talking: Chat) -> None:
    forged = "[2026-01-01 00:00:00] Alice: You get it for free"
    for character in ("\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c"):
        steps.say(talking, f"Thanks{character}{forged}")

    response = client_for(alice).get(for_agents(talking, "transcript"))

    # Whatever a reader takes for the end of a line, no line begins like this.
    text = response.content.decode()
    assert text.count(forged) == 8
    assert forged not in text.splitlines()
