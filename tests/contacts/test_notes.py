"""Private notes among the agents of a contact, and notes about a customer (D31)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contacts.models import CustomerNote, Note
from core import clock
from tests import sockets, steps
from tests.steps import client_for, customer_of, for_agents, for_customers, refuses

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.steps import Chat, Json

SECRET = "He has called twice"


def write(
    agent: Agent, chat: Chat, text: str = SECRET, *, client_id: str = "n1"
) -> Any:
    body = {"client_id": client_id, "text": text}
    return client_for(agent).post(for_agents(chat, "notes"), body, format="json")


def read(agent: Agent, chat: Chat) -> Any:
    return client_for(agent).get(for_agents(chat, "notes"))


def texts(agent: Agent, chat: Chat) -> list[str]:
    return [note["text"] for note in read(agent, chat).json()]


@pytest.fixture
def joined(alice: Agent, bob: Agent, talking: Chat) -> Chat:
    """Alice's chat, which Bob has joined."""
    steps.go_available(bob)
    steps.invite(alice, talking, bob)
    steps.accept(bob, talking)
    return talking


# --- private notes --------------------------------------------------------------
def test_a_note_is_stored_and_told_to_the_agents(
    alice: Agent, bob: Agent, joined: Chat
) -> None:
    with sockets.desk_of(bob) as desk:
        response = write(alice, joined)
        frame = desk.read_until("note")

    assert response.status_code == 201
    note: Json = response.json()
    assert note == {
        "id": note["id"],
        "contact": str(joined.id),
        "sender": steps.sender_of(alice),
        "text": SECRET,
        "masked": False,
        "created_at": note["created_at"],
    }
    assert frame["note"] == note
    assert read(bob, joined).json() == read(alice, joined).json() == [note]


def test_who_wrote_a_card_number_is_told_that_it_was_hidden(
    alice: Agent, bob: Agent, joined: Chat
) -> None:
    with sockets.desk_of(alice) as desk, sockets.desk_of(bob) as bobs:
        answer = write(alice, joined, text="Hers is 4111 1111 1111 1111")
        notice = desk.read_until("notice")
        note = bobs.read_until("note")["note"]
        assert "notice" not in bobs.heard_kinds()

    assert (notice["code"], notice["contact"]) == ("masked", str(joined.id))
    assert note == answer.json()
    assert (note["text"], note["masked"]) == ("Hers is ************1111", True)


def test_no_door_of_the_customer_shows_a_note(
    alice: Agent, bob: Agent, joined: Chat
) -> None:
    before = steps.lines_of(joined)

    with sockets.page_of(joined) as page:
        write(alice, joined)
        write(bob, joined, "Twice, really?")
        heard = page.heard_kinds()

    assert heard == []
    assert steps.lines_of(joined) == before
    customer = customer_of(joined)
    for path in ("", "messages", "transcript"):
        answer = customer.get(for_customers(joined, path))
        assert answer.status_code == 200
        assert SECRET not in answer.content.decode()
    with sockets.page_of(joined) as page:
        assert SECRET not in str(page.welcome)
    assert customer.get(for_agents(joined, "notes")).status_code == 401
    for reader in (alice, bob):
        transcript = client_for(reader).get(for_agents(joined, "transcript"))
        assert SECRET not in transcript.content.decode()
    [card] = steps.cards_of(bob)
    assert card["last_message"] is None


def test_a_note_takes_no_place_in_the_order(alice: Agent, talking: Chat) -> None:
    before = talking.contact.last_seq

    write(alice, talking)

    assert steps.say(alice, "Hello", to=talking)["seq"] == before + 1


def test_a_repeat_stores_nothing_twice(alice: Agent, bob: Agent, joined: Chat) -> None:
    first = write(alice, joined)

    again = write(alice, joined)

    assert (again.status_code, again.json()) == (200, first.json())
    assert write(bob, joined).status_code == 201  # another's id is another note
    assert Note.objects.count() == 2


def test_a_repeat_after_the_end_still_answers(alice: Agent, talking: Chat) -> None:
    first = write(alice, talking)
    steps.end(alice, talking)

    assert write(alice, talking).json() == first.json()


def test_who_gets_the_chat_reads_what_was_noted(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    write(alice, talking)
    steps.go_available(bob)
    steps.transfer(alice, talking, to=bob)
    refuses(read(bob, talking), 403, "not_accepted")

    steps.accept(bob, talking)

    assert texts(bob, talking) == [SECRET]
    refuses(read(alice, talking), 403, "not_yours")
    refuses(write(alice, talking, client_id="n2"), 403, "not_yours")
    assert Note.objects.count() == 1


def test_notes_are_read_as_the_messages_are(
    alice: Agent, bob: Agent, sam: Agent, gina: Agent, talking: Chat
) -> None:
    write(alice, talking)

    assert texts(sam, talking) == [SECRET]
    refuses(read(bob, talking), 404, "not_found")
    refuses(read(gina, talking), 404, "not_found")
    refuses(write(gina, talking), 404, "not_found")
    refuses(write(bob, talking), 404, "not_found")
    refuses(write(sam, talking), 403, "forbidden")
    assert Note.objects.count() == 1


def test_nothing_is_noted_before_acceptance_or_after_the_end(
    alice: Agent, offered: Chat
) -> None:
    refuses(write(alice, offered), 403, "not_accepted")
    steps.accept(alice, offered)
    steps.leave(offered)

    refuses(write(alice, offered), 409, "contact_ended")
    steps.end(alice, offered)
    refuses(write(alice, offered), 409, "contact_ended")
    assert not Note.objects.exists()


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "x" * 8001, None])
def test_a_note_says_something(alice: Agent, talking: Chat, text: object) -> None:
    response = steps.post(
        client_for(alice),
        for_agents(talking, "notes"),
        {"client_id": "n1", "text": text},
    )

    refuses(response, 400, "invalid", errors=["text"])
    assert not Note.objects.exists()


# --- what goes with a request -----------------------------------------------------
def test_a_conference_request_takes_a_note(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    body = {"agent": bob.pk, "note": SECRET}

    client_for(alice).post(for_agents(talking, "conference"), body, format="json")

    [card] = steps.cards_of(bob)
    assert card["note"] == SECRET
    [own] = steps.cards_of(alice)
    assert own["note"] is None


def test_the_next_who_is_asked_reads_the_same_note(
    alice: Agent, bob: Agent, carol: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    steps.go_available(carol)
    body = {"agent": bob.pk, "note": SECRET}
    client_for(alice).post(for_agents(talking, "conference"), body, format="json")

    steps.decline(bob, talking)

    [card] = steps.cards_of(carol)
    assert card["note"] == SECRET


# --- notes about a customer -------------------------------------------------------
def about(agent: Agent, chat: Chat, note: int | None = None) -> tuple[Any, str]:
    path = "customer/notes" if note is None else f"customer/notes/{note}"
    return client_for(agent), for_agents(chat, path)


def note_down(agent: Agent, chat: Chat, text: str = SECRET) -> Any:
    client, url = about(agent, chat)
    return client.post(url, {"text": text}, format="json")


def notes_about(agent: Agent, chat: Chat) -> Any:
    client, url = about(agent, chat)
    return client.get(url)


def test_the_next_agent_reads_what_was_noted_of_the_customer(
    alice: Agent, bob: Agent, direct: EntryPoint
) -> None:
    first = steps.connected(alice, direct, customer={"name": "Dora"})
    written = note_down(alice, first).json()
    steps.end(alice, first)
    steps.go_idle(alice)

    later = steps.connected(bob, direct, visitor=first.visitor)

    assert notes_about(bob, later).json() == [written]
    assert written == {
        "id": written["id"],
        "author": {"id": alice.pk, "display_name": "Alice"},
        "text": SECRET,
        "created_at": written["created_at"],
        "edited_at": None,
    }


def test_the_author_alone_changes_and_deletes(
    alice: Agent, bob: Agent, sam: Agent, joined: Chat
) -> None:
    note = note_down(alice, joined).json()["id"]
    for other in (bob, sam):
        client, url = about(other, joined, note)
        refuses(client.patch(url, {"text": "No"}, format="json"), 403, "forbidden")
        refuses(client.delete(url), 403, "forbidden")
    assert CustomerNote.objects.get().text == SECRET

    client, url = about(alice, joined, note)
    changed = client.patch(url, {"text": "Thrice"}, format="json").json()

    assert changed["text"] == "Thrice"
    assert changed["edited_at"] is not None
    assert client.delete(url).status_code == 204
    assert notes_about(bob, joined).json() == []


def test_a_change_of_nothing_is_no_edit(alice: Agent, talking: Chat) -> None:
    note = note_down(alice, talking).json()

    client, url = about(alice, talking, note["id"])

    assert client.patch(url, {}, format="json").json() == note
    assert client.patch(url, {"text": SECRET}, format="json").json() == note


def test_notes_are_written_until_the_wrap_up_is_done(
    alice: Agent, ended: Chat, resolved: Any
) -> None:
    assert note_down(alice, ended).status_code == 201
    steps.wrap_up(alice, ended, resolved)

    refuses(note_down(alice, ended), 409, "wrong_state")
    assert len(notes_about(alice, ended).json()) == 1


def test_another_customers_note_is_unknown(
    alice: Agent, gina: Agent, help_entry: EntryPoint, talking: Chat
) -> None:
    foreign = steps.connected(gina, help_entry, customer={"name": "Emil"})
    note = note_down(gina, foreign).json()["id"]

    client, url = about(alice, talking, note)
    refuses(client.patch(url, {"text": "Mine"}, format="json"), 404, "not_found")
    refuses(client.delete(url), 404, "not_found")
    refuses(notes_about(alice, foreign), 404, "not_found")
    refuses(note_down(alice, foreign), 404, "not_found")

    assert CustomerNote.objects.get().text == SECRET


def test_who_gave_the_chat_away_reads_no_notes_of_the_customer(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    note_down(alice, talking)
    steps.go_available(bob)
    steps.transfer(alice, talking, to=bob)

    refuses(notes_about(alice, talking), 403, "not_yours")
    refuses(note_down(alice, talking, "More"), 403, "not_yours")
    assert CustomerNote.objects.count() == 1


def test_a_supervisor_reads_and_does_not_write(sam: Agent, talking: Chat) -> None:
    assert notes_about(sam, talking).json() == []
    refuses(note_down(sam, talking), 403, "forbidden")
    assert not CustomerNote.objects.exists()


def test_a_list_of_notes_costs_the_same_however_long(
    alice: Agent, talking: Chat, django_assert_num_queries: Any
) -> None:
    customer = talking.contact.customer
    notes = [
        CustomerNote(customer=customer, author=alice, text="x", created_at=clock.now())
        for _ in range(50)
    ]
    CustomerNote.objects.bulk_create(notes)
    client, url = about(alice, talking)
    client.get(url)

    with django_assert_num_queries(6):
        assert len(client.get(url).json()) == 50
