"""The conversation as a text file (contract 3.1, 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests import steps
from tests.steps import client_for, customer_of, for_agents, for_customers

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.steps import Chat


def lines(response: Any) -> list[str]:
    assert response.status_code == 200
    text: str = response.content.decode()
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
    assert response.content.decode().startswith(f"[{time:%Y-%m-%d %H:%M:%S}] Alice")


def test_both_sides_get_the_same_file(alice: Agent, ended: Chat) -> None:
    mine = client_for(alice).get(for_agents(ended, "transcript"))
    theirs = customer_of(ended).get(for_customers(ended, "transcript"))

    assert mine.content == theirs.content


def test_the_file_is_a_download(talking: Chat) -> None:
    response = customer_of(talking).get(for_customers(talking, "transcript"))

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == (
        f'attachment; filename="transcript-{talking.id}.txt"'
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
