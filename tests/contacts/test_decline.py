"""An agent declines an offered contact (D3, D23, E10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts.models import Assignment, ContactEvent, Message
from tests import steps
from tests.steps import client_for, for_agents, refuses

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.stage import Later
    from tests.steps import Chat


def owner_of(chat: Chat) -> str | None:
    """Return the display name of the agent the chat is offered to."""
    offer = Assignment.objects.filter(contact=chat.id, state="offered").first()
    return offer.agent.display_name if offer else None


def test_declining_gives_the_contact_back_to_its_queue(
    alice: Agent, offered: Chat
) -> None:
    before = offered.contact

    response = client_for(alice).post(for_agents(offered, "decline"))

    assert response.status_code == 204
    assert not response.content
    after = offered.contact
    assert after.state == "queued"
    assert after.enqueued_at == before.enqueued_at
    assert steps.cards_of(alice) == []


def test_the_agent_stays_available(alice: Agent, offered: Chat) -> None:
    steps.decline(alice, offered)

    alice.refresh_from_db()
    assert alice.state == "available"


def test_the_customer_reads_nothing_of_it(alice: Agent, offered: Chat) -> None:
    steps.decline(alice, offered)

    assert not Message.objects.exists()


def test_a_colleague_gets_the_contact_at_once(
    alice: Agent, bob: Agent, offered: Chat
) -> None:
    steps.go_available(bob)

    steps.decline(alice, offered)

    assert owner_of(offered) == "Bob"


def test_declining_twice_is_declining_once(alice: Agent, offered: Chat) -> None:
    steps.decline(alice, offered)

    response = client_for(alice).post(for_agents(offered, "decline"))

    assert response.status_code == 204
    assert ContactEvent.objects.filter(code="declined").count() == 1
    assert Assignment.objects.count() == 1


def test_declining_twice_takes_nothing_from_the_next_agent(
    alice: Agent, bob: Agent, offered: Chat
) -> None:
    steps.go_available(bob)
    steps.decline(alice, offered)

    response = client_for(alice).post(for_agents(offered, "decline"))

    assert response.status_code == 204
    assert owner_of(offered) == "Bob"


def test_who_declined_is_spared_for_a_minute(
    alice: Agent, offered: Chat, later: Later
) -> None:
    steps.decline(alice, offered)

    later(seconds=59)
    steps.go_available(alice)

    assert owner_of(offered) is None


def test_who_declined_gets_the_contact_again_after_a_minute(
    alice: Agent, offered: Chat, later: Later
) -> None:
    steps.decline(alice, offered)

    later(seconds=61)
    steps.go_available(alice)

    assert owner_of(offered) == "Alice"


def test_who_becomes_available_anew_gets_the_contact_again(
    alice: Agent, offered: Chat
) -> None:
    steps.decline(alice, offered)

    steps.go_idle(alice)
    steps.go_available(alice)

    assert owner_of(offered) == "Alice"


def test_a_chat_in_hand_cannot_be_declined(alice: Agent, talking: Chat) -> None:
    response = client_for(alice).post(for_agents(talking, "decline"))

    refuses(response, 409, "wrong_state")
    assert talking.contact.state == "connected"


def test_a_chat_in_wrap_up_cannot_be_declined(alice: Agent, ended: Chat) -> None:
    response = client_for(alice).post(for_agents(ended, "decline"))

    refuses(response, 409, "wrong_state")
    assert Assignment.objects.get(contact=ended.id).state == "wrapup"


def test_a_withdrawn_offer_is_gone(alice: Agent, offered: Chat) -> None:
    steps.leave(offered)

    response = client_for(alice).post(for_agents(offered, "decline"))

    refuses(response, 409, "offer_gone")


def test_nobody_declines_for_somebody_else(
    bob: Agent, sam: Agent, gina: Agent, offered: Chat
) -> None:
    for stranger, status, code in (
        (bob, 404, "not_found"),
        (sam, 403, "forbidden"),
        (gina, 404, "not_found"),
    ):
        response = client_for(stranger).post(for_agents(offered, "decline"))

        refuses(response, status, code)
    assert owner_of(offered) == "Alice"
