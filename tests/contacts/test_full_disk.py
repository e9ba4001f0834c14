"""The disk of the database is full: nobody is served nonsense, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts.models import Message
from tests import outages, sockets, steps
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.steps import Chat

# A database of SQLite has some room left in its file.
ENOUGH = 200
LONG = "x" * 8000


def test_a_message_is_refused_in_words(alice: Agent, talking: Chat) -> None:
    client = client_for(alice)
    address = f"{API}/contacts/{talking.id}/messages/"

    with outages.without_room_for_messages():
        for number in range(ENOUGH):
            body = {"client_id": str(number), "text": LONG}
            answer = steps.post(client, address, body)
            if answer.status_code != 201:
                break

    refuses(answer, 503, "unavailable")
    assert "the disk is full" in answer.json()["detail"]
    assert answer["Retry-After"] == "5"
    assert not Message.objects.filter(client_id=str(number)).exists()


def test_a_socket_says_when_to_try_again(alice: Agent, talking: Chat) -> None:
    with sockets.desk_of(alice) as desk:
        with outages.without_room_for_messages():
            for number in range(ENOUGH):
                name = f"n{number}"
                desk.send("send", contact=talking.id, client_id=name, text=LONG)
                answer = desk.read()
                if answer["type"] == "error":
                    break

        assert answer["code"] == "unavailable"
        assert "the disk is full" in answer["detail"]
        assert answer["retry_after"] == 5
        assert answer["client_id"] == name

        # There is room again: the same message is stored, once.
        desk.say(talking, LONG, client_id=name)
    assert Message.objects.filter(client_id=name).count() == 1
