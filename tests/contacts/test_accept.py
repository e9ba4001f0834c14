"""An agent accepts an offered contact (R10, D2, E1, E2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contacts.models import Assignment, ContactEvent, Message, QueueVisit
from tests import steps
from tests.steps import client_for, for_agents, refuses

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.stage import Later
    from tests.steps import Chat


def share_of(chat: Chat) -> Assignment:
    return Assignment.objects.get(contact=chat.id)


def untouched(chat: Chat) -> None:
    assert chat.contact.state == "offered"
    assert share_of(chat).state == "offered"
    assert not Message.objects.exists()
    assert not ContactEvent.objects.filter(code="accepted").exists()


def test_accepting_connects_the_agent(alice: Agent, offered: Chat) -> None:
    response = client_for(alice).post(for_agents(offered, "accept"))

    assert response.status_code == 200
    card = response.json()
    assert card["state"] == "connected"
    assert card["controls"] == [
        "send",
        "attach",
        "transfer",
        "conference",
        "end",
        "video",
    ]
    assert card["connected_at"] is not None
    assert offered.contact.state == "connected"
    assert offered.contact.connected_at == share_of(offered).connected_at


def test_the_customer_reads_who_has_joined(alice: Agent, offered: Chat) -> None:
    steps.accept(alice, offered)

    [line] = steps.lines_of(offered)
    assert line["seq"] == 1
    assert line["kind"] == "event"
    assert line["sender"] == {"kind": "system", "name": "", "key": None}
    assert line["text"] == "Alice has joined the chat"
    assert line["event"] == {"code": "agent_joined", "name": "Alice"}


def test_the_stay_in_the_queue_ends_as_answered(alice: Agent, offered: Chat) -> None:
    steps.accept(alice, offered)

    visit = QueueVisit.objects.get(contact=offered.id)
    assert visit.outcome == "answered"
    assert visit.left_at == share_of(offered).connected_at


def test_accepting_twice_is_accepting_once(alice: Agent, offered: Chat) -> None:
    first = steps.accept(alice, offered)

    second = steps.accept(alice, offered)

    assert second == first
    assert Message.objects.count() == 1
    assert ContactEvent.objects.filter(code="accepted").count() == 1


def test_a_repeat_answers_the_card_as_it_is_now(alice: Agent, offered: Chat) -> None:
    steps.accept(alice, offered)
    steps.say(offered, "Hello?")

    card = steps.accept(alice, offered)

    assert card["last_seq"] == 2
    assert card["unread"] == 1


def test_accepting_works_while_the_card_blinks(
    alice: Agent, offered: Chat, later: Later
) -> None:
    later(seconds=34)

    card = steps.accept(alice, offered)

    assert card["state"] == "connected"


def test_the_deadline_counts_even_before_a_sweep_has_noticed(
    alice: Agent, offered: Chat, later: Later
) -> None:
    later(seconds=35)

    response = client_for(alice).post(for_agents(offered, "accept"))

    refuses(response, 409, "offer_expired")
    untouched(offered)


def test_an_agent_who_is_not_available_any_more_cannot_accept(
    alice: Agent, offered: Chat
) -> None:
    # A card outlives the change of state for a moment: two transactions.
    type(alice).objects.filter(pk=alice.pk).update(state="rona", available_since=None)

    response = client_for(alice).post(for_agents(offered, "accept"))

    refuses(response, 409, "agent_unavailable")
    untouched(offered)


def test_a_declined_offer_cannot_be_accepted(alice: Agent, offered: Chat) -> None:
    steps.decline(alice, offered)

    response = client_for(alice).post(for_agents(offered, "accept"))

    refuses(response, 409, "offer_gone")
    assert offered.contact.state == "queued"
    assert not Message.objects.exists()


def test_an_offer_that_the_customer_left_cannot_be_accepted(
    alice: Agent, offered: Chat
) -> None:
    steps.leave(offered)

    response = client_for(alice).post(for_agents(offered, "accept"))

    refuses(response, 409, "offer_gone")
    assert offered.contact.state == "ended"


@pytest.mark.parametrize("story", ["ended", "done"])
def test_a_chat_that_is_over_cannot_be_accepted_again(
    alice: Agent, story: str, request: pytest.FixtureRequest
) -> None:
    chat: Chat = request.getfixturevalue(story)
    lines = steps.texts_of(chat)

    response = client_for(alice).post(for_agents(chat, "accept"))

    refuses(response, 409, "wrong_state")
    assert chat.contact.state == "ended"
    assert steps.texts_of(chat) == lines


def test_a_colleague_cannot_accept_what_is_offered_to_somebody_else(
    bob: Agent, offered: Chat
) -> None:
    response = client_for(bob).post(for_agents(offered, "accept"))

    refuses(response, 404, "not_found")
    untouched(offered)


def test_a_supervisor_cannot_accept_for_an_agent(sam: Agent, offered: Chat) -> None:
    response = client_for(sam).post(for_agents(offered, "accept"))

    refuses(response, 403, "forbidden")
    untouched(offered)


def test_another_organisation_knows_of_no_such_contact(
    gina: Agent, greta: Agent, offered: Chat
) -> None:
    for stranger in (gina, greta):
        response = client_for(stranger).post(for_agents(offered, "accept"))

        refuses(response, 404, "not_found")
    untouched(offered)


def test_a_supervisor_accepts_what_is_offered_to_them(
    sam: Agent, direct: EntryPoint
) -> None:
    chat = steps.offered(sam, direct)

    card = steps.accept(sam, chat)

    assert card["state"] == "connected"
