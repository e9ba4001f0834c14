"""An agent says how a chat ended (R49-R51, E18, E19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contacts.models import Assignment
from tests import steps
from tests.factories import QueueFactory, WrapUpCodeFactory
from tests.steps import client_for, for_agents, refuses
from wrapup.models import WrapUp

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import Queue
    from tests.steps import Chat
    from wrapup.models import WrapUpCode


def choose(agent: Agent, chat: Chat, code: object, **body: Any) -> Any:
    body = {"wrapup_code": code, **body}
    return client_for(agent).post(for_agents(chat, "wrap-up"), body, format="json")


def share_of(chat: Chat) -> Assignment:
    return Assignment.objects.get(contact=chat.id)


def names_of(agent: Agent, chat: Chat) -> list[str]:
    response = client_for(agent).get(for_agents(chat, "wrapup-codes"))
    assert response.status_code == 200
    return [code["name"] for code in response.json()]


def test_a_reason_finishes_the_share(
    alice: Agent, ended: Chat, resolved: WrapUpCode
) -> None:
    response = choose(alice, ended, resolved.pk, note="Sold two ☂")

    assert response.status_code == 204
    share = share_of(ended)
    assert share.state == "completed"
    wrap_up = share.wrap_up
    assert (wrap_up.code_name, wrap_up.note) == ("Resolved", "Sold two ☂")
    assert not wrap_up.auto
    assert ended.contact.closed_at == share.ended_at
    assert steps.cards_of(alice) == []


def test_the_same_reason_again_changes_nothing(
    alice: Agent, ended: Chat, resolved: WrapUpCode
) -> None:
    choose(alice, ended, resolved.pk, note="first")

    response = choose(alice, ended, resolved.pk, note="second")

    assert response.status_code == 204
    assert WrapUp.objects.get().note == "first"


def test_another_reason_comes_too_late(
    alice: Agent, ended: Chat, resolved: WrapUpCode, escalated: WrapUpCode
) -> None:
    choose(alice, ended, resolved.pk)

    refuses(choose(alice, ended, escalated.pk), 409, "already_done")

    assert WrapUp.objects.get().code == resolved


def test_the_same_reason_again_though_it_was_deactivated_since(
    alice: Agent, ended: Chat, escalated: WrapUpCode
) -> None:
    choose(alice, ended, escalated.pk)
    escalated.is_active = False
    escalated.save(update_fields=["is_active"])

    assert choose(alice, ended, escalated.pk).status_code == 204


def test_a_chat_that_goes_on_is_not_wrapped_up(
    alice: Agent, talking: Chat, resolved: WrapUpCode
) -> None:
    refuses(choose(alice, talking, resolved.pk), 409, "wrong_state")

    assert share_of(talking).state == "connected"
    assert not WrapUp.objects.exists()


def test_a_chat_that_the_customer_left_needs_an_end_first(
    alice: Agent, talking: Chat, resolved: WrapUpCode
) -> None:
    steps.leave(talking)

    refuses(choose(alice, talking, resolved.pk), 409, "wrong_state")

    assert not WrapUp.objects.exists()


def test_an_offered_chat_is_not_wrapped_up(
    alice: Agent, offered: Chat, resolved: WrapUpCode
) -> None:
    refuses(choose(alice, offered, resolved.pk), 409, "wrong_state")

    assert offered.contact.state == "offered"


@pytest.mark.parametrize("code", [0, -1, 10**9, 10**30, "x", None, [], {}, 1.5, True])
def test_an_unknown_reason_is_refused(alice: Agent, ended: Chat, code: object) -> None:
    refuses(choose(alice, ended, code), 400, "invalid", errors=["wrapup_code"])

    assert share_of(ended).state == "wrapup"
    assert not WrapUp.objects.exists()


def test_a_wrong_reason_is_told_before_a_wrong_state(
    alice: Agent, talking: Chat
) -> None:
    response = choose(alice, talking, 10**9)

    refuses(response, 400, "invalid", errors=["wrapup_code"])


def test_the_reason_of_another_organisation_is_unknown(
    alice: Agent, ended: Chat, globex: Organisation
) -> None:
    foreign = WrapUpCodeFactory.create(organisation=globex)

    response = choose(alice, ended, foreign.pk)

    refuses(response, 400, "invalid", errors=["wrapup_code"])
    assert share_of(ended).state == "wrapup"


def test_a_reason_deactivated_while_the_page_was_open_is_refused(
    alice: Agent, ended: Chat, escalated: WrapUpCode
) -> None:
    escalated.is_active = False
    escalated.save(update_fields=["is_active"])

    response = choose(alice, ended, escalated.pk)

    refuses(response, 400, "invalid", errors=["wrapup_code"])
    assert names_of(alice, ended) == ["Resolved"]


def test_a_note_has_an_end(alice: Agent, ended: Chat, resolved: WrapUpCode) -> None:
    response = choose(alice, ended, resolved.pk, note="x" * 8001)

    refuses(response, 400, "invalid", errors=["note"])
    assert share_of(ended).state == "wrapup"


def test_the_reasons_are_those_of_the_queue(
    acme: Organisation, alice: Agent, support: Queue, ended: Chat
) -> None:
    sales = QueueFactory.create(organisation=acme, name="Sales")
    for name, queues in (("Of support", [support]), ("Of sales", [sales])):
        WrapUpCodeFactory.create(organisation=acme, name=name).queues.set(queues)
    WrapUpCodeFactory.create(organisation=acme, name="Both").queues.set(
        [support, sales]
    )

    assert names_of(alice, ended) == ["Both", "Escalated", "Of support", "Resolved"]


def test_a_reason_of_another_queue_is_refused(
    acme: Organisation, alice: Agent, ended: Chat
) -> None:
    of_sales = WrapUpCodeFactory.create(organisation=acme)
    of_sales.queues.set([QueueFactory.create(organisation=acme)])

    response = choose(alice, ended, of_sales.pk)

    refuses(response, 400, "invalid", errors=["wrapup_code"])


def test_a_reason_has_a_fixed_shape(alice: Agent, ended: Chat) -> None:
    response = client_for(alice).get(for_agents(ended, "wrapup-codes"))

    for code in response.json():
        assert code.keys() == {"id", "name", "description", "is_default"}
    assert [code["is_default"] for code in response.json()] == [False, True]


def test_nobody_wraps_up_for_somebody_else(
    bob: Agent, sam: Agent, gina: Agent, ended: Chat, resolved: WrapUpCode
) -> None:
    for stranger, status, code in (
        (bob, 404, "not_found"),
        (sam, 403, "forbidden"),
        (gina, 404, "not_found"),
    ):
        refuses(choose(stranger, ended, resolved.pk), status, code)
        refuses(
            client_for(stranger).get(for_agents(ended, "wrapup-codes")), status, code
        )
    assert share_of(ended).state == "wrapup"
