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


# --- the note, while it is written ----------------------------------------------
def keep(agent: Agent, chat: Chat, note: object) -> Any:
    client = client_for(agent)
    return client.patch(for_agents(chat, "wrap-up"), {"note": note}, format="json")


def note_of(agent: Agent, chat: Chat) -> str:
    """Return the note as a page that is opened anew reads it."""
    [share] = client_for(agent).get(for_agents(chat)).json()["assignments"]
    note: str = share["wrapup_note"]
    return note


def test_a_note_is_kept_while_it_is_written(alice: Agent, ended: Chat) -> None:
    for note in ("Sold", "Sold two ☂"):
        assert keep(alice, ended, note).status_code == 204
        assert note_of(alice, ended) == note

    assert share_of(ended).state == "wrapup"
    assert not WrapUp.objects.exists()


@pytest.mark.parametrize(
    ("said", "stored"), [({}, "Sold two"), ({"note": ""}, ""), ({"note": "3"}, "3")]
)
def test_the_note_that_was_kept_counts_unless_another_comes(
    alice: Agent, ended: Chat, resolved: WrapUpCode, said: dict[str, str], stored: str
) -> None:
    keep(alice, ended, "Sold two")

    choose(alice, ended, resolved.pk, **said)

    assert WrapUp.objects.get().note == note_of(alice, ended) == stored
    assert share_of(ended).wrapup_note == ""


def test_a_note_is_kept_of_a_chat_that_was_given_away(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    steps.transfer(alice, talking, to=bob)

    assert keep(alice, talking, "Too hard").status_code == 204

    assert note_of(alice, talking) == "Too hard"


@pytest.mark.parametrize("note", ["x" * 8001, None, [], {}])
def test_what_is_no_note_is_refused(alice: Agent, ended: Chat, note: object) -> None:
    keep(alice, ended, "Sold two")

    refuses(keep(alice, ended, note), 400, "invalid", errors=["note"])

    assert note_of(alice, ended) == "Sold two"


@pytest.mark.parametrize("state", ["offered", "talking", "done"])
def test_only_a_wrap_up_has_a_note(
    alice: Agent, state: str, request: pytest.FixtureRequest
) -> None:
    chat = request.getfixturevalue(state)

    refuses(keep(alice, chat, "Sold two"), 409, "wrong_state")

    assert share_of(chat).wrapup_note == ""


def test_nobody_writes_a_note_for_somebody_else(
    bob: Agent, sam: Agent, gina: Agent, ended: Chat
) -> None:
    for stranger, status, code in (
        (bob, 404, "not_found"),
        (sam, 403, "forbidden"),
        (gina, 404, "not_found"),
    ):
        refuses(keep(stranger, ended, "Mine"), status, code)

    assert share_of(ended).wrapup_note == ""
