"""An agent ends a chat (R47-R49, D17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts.models import Assignment, ContactEvent
from tests import steps
from tests.steps import client_for, for_agents, refuses

if TYPE_CHECKING:
    from agents.models import Agent, MultimediaProfile, Organisation
    from queues.models import EntryPoint
    from tests.steps import Chat
    from wrapup.models import WrapUpCode


def share_of(chat: Chat) -> Assignment:
    return Assignment.objects.get(contact=chat.id)


def test_ending_brings_up_the_wrap_up(alice: Agent, talking: Chat) -> None:
    response = client_for(alice).post(for_agents(talking, "end"))

    assert response.status_code == 200
    card = response.json()
    assert card["state"] == "wrapup"
    assert card["controls"] == ["wrap_up"]
    assert card["wrapup_at"] is not None
    assert card["wrapup_deadline"] is None
    assert card["customer_present"] is False


def test_the_contact_ends_for_the_customer_at_once(alice: Agent, talking: Chat) -> None:
    steps.end(alice, talking)

    contact = talking.contact
    assert contact.state == "ended"
    assert contact.ended_reason == "agent_ended"
    assert contact.ended_at == share_of(talking).wrapup_at
    assert contact.closed_at is None


def test_the_customer_reads_that_the_agent_has_left(
    alice: Agent, talking: Chat
) -> None:
    steps.end(alice, talking)

    *_, left, over = steps.lines_of(talking)
    assert left["text"] == "Alice has left the chat"
    assert left["event"] == {"code": "agent_left", "name": "Alice"}
    assert over["event"] == {
        "code": "contact_ended",
        "name": None,
        "reason": "agent_ended",
    }


def test_ending_twice_is_ending_once(alice: Agent, talking: Chat) -> None:
    first = steps.end(alice, talking)
    lines = steps.texts_of(talking)

    second = steps.end(alice, talking)

    assert second == first
    assert steps.texts_of(talking) == lines
    assert ContactEvent.objects.filter(code="ended").count() == 1


def test_ending_after_the_reason_leaves_no_card(alice: Agent, done: Chat) -> None:
    response = client_for(alice).post(for_agents(done, "end"))

    assert response.status_code == 204
    assert not response.content
    assert share_of(done).state == "completed"


def test_where_the_customer_left_first_nobody_else_is_announced(
    alice: Agent, talking: Chat
) -> None:
    steps.leave(talking)
    lines = steps.lines_of(talking)

    steps.end(alice, talking)

    assert steps.lines_of(talking) == lines
    assert talking.contact.ended_reason == "customer_left"
    assert share_of(talking).state == "wrapup"


def test_the_slot_is_taken_until_the_wrap_up_is_done(
    alice: Agent,
    direct: EntryPoint,
    chat_profile: MultimediaProfile,
    resolved: WrapUpCode,
) -> None:
    steps.allow_chats(1, chat_profile)
    first = steps.in_wrap_up(alice, direct)
    second = steps.open_chat(direct)
    assert second.contact.state == "queued"

    steps.wrap_up(alice, first, resolved)

    assert second.contact.state == "offered"


def test_auto_wrap_up_is_a_deadline_on_the_card(
    acme: Organisation, alice: Agent, talking: Chat
) -> None:
    acme.auto_wrapup_seconds = 90
    acme.save(update_fields=["auto_wrapup_seconds"])

    steps.end(alice, talking)

    share = share_of(talking)
    assert share.wrapup_at is not None
    assert share.wrapup_deadline is not None
    assert (share.wrapup_deadline - share.wrapup_at).total_seconds() == 90


def test_an_offered_chat_cannot_be_ended(alice: Agent, offered: Chat) -> None:
    response = client_for(alice).post(for_agents(offered, "end"))

    refuses(response, 409, "wrong_state")
    assert offered.contact.state == "offered"


def test_a_declined_chat_cannot_be_ended(alice: Agent, offered: Chat) -> None:
    steps.decline(alice, offered)

    response = client_for(alice).post(for_agents(offered, "end"))

    refuses(response, 409, "offer_gone")
    assert offered.contact.state == "queued"


def test_a_consulted_agent_cannot_end(alice: Agent, talking: Chat) -> None:
    Assignment.objects.filter(contact=talking.id).update(role="consulted")

    response = client_for(alice).post(for_agents(talking, "end"))

    refuses(response, 403, "forbidden")
    assert talking.contact.state == "connected"


def test_nobody_ends_the_chat_of_somebody_else(
    bob: Agent, sam: Agent, ada: Agent, gina: Agent, talking: Chat
) -> None:
    lines = steps.texts_of(talking)

    for stranger, status, code in (
        (bob, 404, "not_found"),
        (sam, 403, "forbidden"),
        (ada, 403, "forbidden"),
        (gina, 404, "not_found"),
    ):
        response = client_for(stranger).post(for_agents(talking, "end"))

        refuses(response, status, code)
    assert talking.contact.state == "connected"
    assert steps.texts_of(talking) == lines
