"""What a watcher tells the agents, and no customer ever learns (D31)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail

from agents.models import AuditEntry
from contacts.models import Whisper
from tests import sockets, steps, trail
from tests.steps import (
    API,
    client_for,
    customer_of,
    for_agents,
    for_customers,
    refuses,
)
from tests.supervision.watchers import (
    SECRET,
    stop,
    watch,
    watched_by,
    whisper,
    whispers,
)

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.steps import Chat

CARD = "4111 1111 1111 1111"


@pytest.fixture
def watched(sam: Agent, alice: Agent, direct: EntryPoint) -> Chat:
    """Alice's chat, in which Sam may whisper."""
    customer = {"name": "Dora", "email": "dora@example.com"}
    chat = steps.connected(alice, direct, customer=customer)
    assert watch(sam, chat, "whisper").status_code == 200
    return chat


def test_a_whisper_is_stored_and_told_to_the_agents(
    sam: Agent, alice: Agent, watched: Chat
) -> None:
    with sockets.desk_of(alice) as desk, sockets.desk_of(sam) as sams:
        answer = whisper(sam, watched)
        heard = desk.read_until("whisper")["whisper"]
        own = sams.read_until("whisper")["whisper"]

    assert answer.status_code == 201
    said = answer.json()
    assert said == {
        "id": said["id"],
        "contact": str(watched.id),
        "sender": steps.sender_of(sam),
        "text": SECRET,
        "masked": False,
        "created_at": said["created_at"],
    }
    assert heard == own == said
    assert whispers(alice, watched).json() == whispers(sam, watched).json() == [said]


def test_no_channel_of_the_customer_has_it(
    sam: Agent, alice: Agent, ada: Agent, watched: Chat, settings: Any
) -> None:
    before = steps.lines_of(watched)
    with sockets.page_of(watched) as page:
        whisper(sam, watched)
        heard = page.heard_kinds()
        steps.say(alice, "One moment", to=watched)
        frames = page.heard()
    steps.end(alice, watched)

    assert heard == []
    assert SECRET not in str(frames)
    # REST: the contact, its lines, its transcript, and the door of the agents.
    customer = customer_of(watched)
    for path in ("", "messages", "transcript"):
        answer = customer.get(for_customers(watched, path))
        assert answer.status_code == 200
        assert SECRET not in answer.content.decode()
    assert customer.get(for_agents(watched, "whispers")).status_code == 401
    assert [line["seq"] for line in before] == [1]
    assert len(steps.lines_of(watched)) == len(before) + 3
    # The socket, opened anew.
    with sockets.chat_of(watched) as page:
        assert SECRET not in str(page.read())
    # A mail with the transcript.
    customer.post(for_customers(watched, "transcript/email"))
    assert SECRET not in str([letter.message() for letter in mail.outbox])
    # Files and history of those who work here, from which things are passed on.
    for reader in (alice, sam, ada):
        client = client_for(reader)
        for path in ("", "transcript", "messages", "history"):
            answer = client.get(for_agents(watched, path))
            assert SECRET not in answer.content.decode()
    exported = client_for(ada).get(f"{API}/contacts/", {"q": SECRET})
    assert exported.json()["results"] == []
    assert SECRET not in str(list(AuditEntry.objects.values("changes", "reason")))


def test_card_numbers_are_hidden_and_who_said_it_is_told(
    sam: Agent, alice: Agent, watched: Chat
) -> None:
    with sockets.desk_of(sam) as desk, sockets.desk_of(alice) as alices:
        said = whisper(sam, watched, f"Hers is {CARD}").json()
        notice = desk.read_until("notice")
        heard = alices.read_until("whisper")["whisper"]

    assert (notice["code"], heard) == ("masked", said)
    assert (said["text"], said["masked"]) == ("Hers is ************1111", True)


def test_what_would_be_dropped_is_refused(
    sam: Agent, acme: Organisation, watched: Chat
) -> None:
    acme.sensitive_data_policy = "drop"
    acme.save(update_fields=["sensitive_data_policy"])

    refuses(whisper(sam, watched, CARD), 422, "dropped")

    assert not Whisper.objects.exists()


def test_a_repeat_stores_nothing_twice(sam: Agent, ada: Agent, watched: Chat) -> None:
    first = whisper(sam, watched)
    stop(sam, watched)

    again = whisper(sam, watched)

    assert (again.status_code, again.json()) == (200, first.json())
    assert Whisper.objects.count() == 1
    entry = trail.said(ada, "whispered")
    assert entry["changes"] == {"agent": [None, "Alice"]}


def test_who_only_watched_whispers_from_then_on(
    sam: Agent, alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)
    watch(sam, chat)

    assert whisper(sam, chat).status_code == 201

    assert steps.cards_of(sam)[0]["watch_mode"] == "whisper"


def test_only_the_watcher_whispers_and_only_the_agents_hear(
    sam: Agent, ada: Agent, alice: Agent, bob: Agent, watched: Chat
) -> None:
    whisper(sam, watched)

    refuses(whisper(ada, watched), 403, "forbidden")
    refuses(whispers(ada, watched), 403, "forbidden")
    refuses(whisper(alice, watched), 403, "forbidden")
    refuses(whispers(bob, watched), 404, "not_found")
    steps.go_available(bob)
    steps.invite(alice, watched, bob)
    refuses(whispers(bob, watched), 403, "forbidden")
    steps.accept(bob, watched)
    assert len(whispers(bob, watched).json()) == 1
    assert Whisper.objects.count() == 1


def test_nobody_whispers_after_the_end(sam: Agent, alice: Agent, watched: Chat) -> None:
    steps.end(alice, watched)

    refuses(whisper(sam, watched), 403, "forbidden")
    refuses(whispers(sam, watched), 403, "forbidden")
    assert watched_by(watched) is None
    assert not Whisper.objects.exists()


def test_the_watcher_hears_private_notes(
    sam: Agent, alice: Agent, watched: Chat
) -> None:
    body = {"client_id": "n1", "text": "Thank you"}
    with sockets.desk_of(sam) as desk:
        client_for(alice).post(for_agents(watched, "notes"), body)
        note = desk.read_until("note")["note"]

    assert note["text"] == "Thank you"


@pytest.mark.parametrize(
    "body",
    [{}, {"text": "x"}, {"client_id": "a", "text": " "}, {"client_id": "a", "x": 1}],
)
def test_values_are_checked(sam: Agent, watched: Chat, body: dict[str, Any]) -> None:
    answer = client_for(sam).post(for_agents(watched, "whispers"), body)

    assert answer.status_code == 400
    assert re.search("invalid|unknown", answer.json()["code"])
    assert not Whisper.objects.exists()
