"""The customer leaves, wherever the contact is (R45, E3, E4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts.models import Assignment, ContactEvent, QueueVisit
from tests import steps
from tests.steps import customer_of, for_customers, refuses

if TYPE_CHECKING:
    from agents.models import Agent, MultimediaProfile
    from queues.models import EntryPoint
    from tests.steps import Chat


def share_of(chat: Chat) -> Assignment:
    return Assignment.objects.get(contact=chat.id)


def events_of(chat: Chat) -> list[dict[str, str | None]]:
    return [line["event"] for line in steps.lines_of(chat) if line["event"]]


def over(reason: str) -> dict[str, str | None]:
    return {"code": "contact_ended", "name": None, "reason": reason}


LEFT = {"code": "customer_left", "name": None}


def test_leaving_the_queue_is_abandoning(waiting: Chat) -> None:
    response = customer_of(waiting).post(for_customers(waiting, "leave"))

    assert response.status_code == 204
    contact = waiting.contact
    assert contact.state == "ended"
    assert contact.ended_reason == "abandoned"
    assert contact.closed_at == contact.ended_at
    assert QueueVisit.objects.get(contact=waiting.id).outcome == "abandoned"
    assert events_of(waiting) == [LEFT, over("abandoned")]


def test_leaving_takes_the_card_back_and_blames_nobody(
    alice: Agent, offered: Chat
) -> None:
    steps.leave(offered)

    alice.refresh_from_db()
    assert alice.state == "available"
    assert share_of(offered).state == "withdrawn"
    assert offered.contact.ended_reason == "abandoned"
    assert steps.cards_of(alice) == []


def test_the_slot_of_the_withdrawn_card_is_used_at_once(
    alice: Agent, direct: EntryPoint, chat_profile: MultimediaProfile
) -> None:
    steps.allow_chats(1, chat_profile)
    first = steps.offered(alice, direct)
    second = steps.open_chat(direct)
    assert second.contact.state == "queued"

    steps.leave(first)

    assert second.contact.state == "offered"


def test_leaving_a_conversation_leaves_the_agent_with_end_only(
    alice: Agent, talking: Chat
) -> None:
    steps.leave(talking)

    [card] = steps.cards_of(alice)
    assert card["state"] == "connected"
    assert card["controls"] == ["end"]
    assert card["customer_present"] is False
    contact = talking.contact
    assert contact.state == "ended"
    assert contact.ended_reason == "customer_left"
    assert contact.closed_at is None
    view = customer_of(talking).get(for_customers(talking)).json()
    assert (view["agents"], view["can_send"]) == ([], False)
    assert events_of(talking)[1:] == [LEFT, over("customer_left")]


def test_leaving_twice_is_leaving_once(talking: Chat) -> None:
    steps.leave(talking)
    lines = steps.lines_of(talking)

    steps.leave(talking)

    assert steps.lines_of(talking) == lines
    assert ContactEvent.objects.filter(code="customer_left").count() == 1


def test_leaving_after_the_end_changes_nothing(done: Chat) -> None:
    before = steps.lines_of(done)

    steps.leave(done)

    assert steps.lines_of(done) == before
    assert done.contact.ended_reason == "agent_ended"


def test_nobody_leaves_the_chat_of_somebody_else(
    direct: EntryPoint, waiting: Chat
) -> None:
    stranger = steps.open_chat(direct)

    response = customer_of(stranger).post(for_customers(waiting, "leave"))

    refuses(response, 404, "not_found")
    assert waiting.contact.state == "queued"


def test_an_agent_cannot_leave_for_the_customer(alice: Agent, talking: Chat) -> None:
    response = steps.client_for(alice).post(for_customers(talking, "leave"))

    refuses(response, 401, "bad_token")
    assert talking.contact.state == "connected"
