"""Predefined responses for a contact: which, in which words, who can use them now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from queues.models import PredefinedResponse
from tests import sockets, steps
from tests.administration.pages.files import take
from tests.administration.pages.site import change, delete
from tests.factories import PredefinedResponseFactory, QueueFactory
from tests.steps import API, client_for, for_agents, refuses

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.stage import Counted
    from tests.steps import Chat, Json

NAMED = "Hello {customer.name}, {agent.name} of {queue.name} here."


@pytest.fixture
def hello(acme: Organisation, support: Queue) -> PredefinedResponse:
    """A response of the queue in which Alice talks."""
    return PredefinedResponseFactory.create(
        organisation=acme, name="Hello", text=NAMED, queues=[support]
    )


def offers(agent: Agent, chat: Chat, **query: str) -> list[Json]:
    client = client_for(agent)
    answer = client.get(for_agents(chat, "predefined-responses"), query)
    assert answer.status_code == 200, answer.content
    rows: list[Json] = answer.json()
    return rows


def names(agent: Agent, chat: Chat, **query: str) -> list[str]:
    return [row["name"] for row in offers(agent, chat, **query)]


def keep(agent: Agent, **values: Any) -> PredefinedResponse:
    return PredefinedResponseFactory.create(
        organisation=agent.organisation, owner=agent, **values
    )


def can_respond(agent: Agent) -> bool:
    [card] = steps.cards_of(agent)
    return "respond" in card["controls"]


# --- the list -------------------------------------------------------------------
def test_a_response_comes_with_the_names(
    alice: Agent, talking: Chat, hello: PredefinedResponse
) -> None:
    assert offers(alice, talking) == [
        {
            "id": hello.pk,
            "name": "Hello",
            "text": "Hello Dora, Alice of Support here.",
        }
    ]


def test_without_a_name_the_sentence_closes_up(
    alice: Agent, direct: EntryPoint, hello: PredefinedResponse
) -> None:
    chat = steps.connected(alice, direct, customer={})

    assert offers(alice, chat)[0]["text"] == "Hello, Alice of Support here."


def test_what_a_customer_is_called_is_text(
    alice: Agent, direct: EntryPoint, hello: PredefinedResponse
) -> None:
    chat = steps.connected(alice, direct, customer={"name": "{agent.email} {0} %s"})

    text = offers(alice, chat)[0]["text"]

    assert text == "Hello {agent.email} {0} %s, Alice of Support here."


def test_whose_they_are(
    acme: Organisation,
    alice: Agent,
    bob: Agent,
    gina: Agent,
    talking: Chat,
    hello: PredefinedResponse,
) -> None:
    """The queue's, those of every queue and one's own, by name; no others."""
    own = {"organisation": acme}
    sales = QueueFactory.create(name="Sales", **own)
    PredefinedResponseFactory.create(name="For sales", queues=[sales], **own)
    PredefinedResponseFactory.create(name="Retired", is_active=False, **own)
    PredefinedResponseFactory.create(name="écoute", **own)
    PredefinedResponseFactory.create(name="Farewell", **own)
    PredefinedResponseFactory.create(name="Globex", organisation=gina.organisation)
    keep(bob, name="Bob's")
    keep(alice, name="Alice's")

    assert names(alice, talking) == ["Alice's", "écoute", "Farewell", "Hello"]


def test_the_list_is_narrowed_by_words(
    acme: Organisation, alice: Agent, talking: Chat, hello: PredefinedResponse
) -> None:
    PredefinedResponseFactory.create(
        organisation=acme, name="Öffnungszeiten", text="From nine to five"
    )

    assert names(alice, talking, q="offnungs NINE") == ["Öffnungszeiten"]
    assert names(alice, talking, q="dora") == ["Hello"]
    assert names(alice, talking, q="nine dora") == []
    assert names(alice, talking, q=" ") == ["Hello", "Öffnungszeiten"]
    assert names(alice, talking, q="{customer") == []


def test_the_list_costs_the_same_however_long_it_is(
    acme: Organisation,
    alice: Agent,
    talking: Chat,
    hello: PredefinedResponse,
    counted: Counted,
) -> None:
    few = counted(lambda: offers(alice, talking))
    PredefinedResponseFactory.create_batch(50, organisation=acme)

    assert counted(lambda: offers(alice, talking)) == few
    assert len(offers(alice, talking)) == 51


def test_who_reads_which_contact(
    alice: Agent,
    bob: Agent,
    sam: Agent,
    ada: Agent,
    gina: Agent,
    offered: Chat,
    hello: PredefinedResponse,
) -> None:
    address = for_agents(offered, "predefined-responses")

    refuses(client_for(alice).get(address), 403, "not_accepted")
    for stranger in (bob, gina):
        refuses(client_for(stranger).get(address), 404, "not_found")
    for overseer in (sam, ada):
        assert names(overseer, offered) == ["Hello"]
    steps.accept(alice, offered)
    steps.end(alice, offered)
    assert names(alice, offered) == ["Hello"]


# --- the control ------------------------------------------------------------------
def test_agents_respond_where_the_queue_has_a_response(
    acme: Organisation, alice: Agent, talking: Chat
) -> None:
    own = {"organisation": acme}
    sales = QueueFactory.create(name="Sales", **own)
    PredefinedResponseFactory.create(queues=[sales], **own)
    PredefinedResponseFactory.create(is_active=False, **own)
    PredefinedResponseFactory.create()
    keep(alice)

    assert not can_respond(alice)
    PredefinedResponseFactory.create(**own)
    [card] = steps.cards_of(alice)
    assert card["controls"] == [
        "send",
        "attach",
        "respond",
        "transfer",
        "conference",
        "end",
        "video",
    ]


def test_who_consults_responds_too(
    alice: Agent, bob: Agent, talking: Chat, hello: PredefinedResponse
) -> None:
    steps.go_available(bob)
    steps.invite(alice, talking, bob)
    assert steps.cards_of(bob)[0]["controls"] == ["accept", "decline"]
    steps.accept(bob, talking)

    [own], [asked] = steps.cards_of(alice), steps.cards_of(bob)

    assert own["controls"] == [
        "send",
        "attach",
        "respond",
        "conference_drop",
        "conference_end",
        "video",
    ]
    assert asked["controls"] == ["send", "attach", "respond", "conference_exit"]


def test_nobody_responds_to_who_has_left(
    alice: Agent, talking: Chat, hello: PredefinedResponse
) -> None:
    steps.leave(talking)

    assert steps.cards_of(alice)[0]["controls"] == ["end"]


def test_a_transfer_follows_the_new_queue(
    acme: Organisation,
    alice: Agent,
    bob: Agent,
    talking: Chat,
    hello: PredefinedResponse,
) -> None:
    sales = QueueFactory.create(organisation=acme, name="Sales", teams=bob.teams.all())
    steps.go_available(bob)
    steps.transfer(alice, talking, to=sales)
    steps.accept(bob, talking)

    assert not can_respond(bob)
    assert offers(bob, talking) == []
    hello.queues.add(sales)
    assert can_respond(bob)
    assert offers(bob, talking)[0]["text"] == "Hello Dora, Bob of Sales here."


# --- live -------------------------------------------------------------------------
def by_rest(ada: Agent, hello: PredefinedResponse, support: Queue) -> None:
    client_for(ada).patch(
        f"{API}/predefined-responses/{hello.pk}/", {"is_active": False}
    )


def by_rest_deletion(ada: Agent, hello: PredefinedResponse, support: Queue) -> None:
    client_for(ada).delete(f"{API}/predefined-responses/{hello.pk}/")


def by_another_queue(ada: Agent, hello: PredefinedResponse, support: Queue) -> None:
    sales = QueueFactory.create(organisation=support.organisation, name="Sales")
    client_for(ada).patch(
        f"{API}/predefined-responses/{hello.pk}/", {"queues": [sales.pk]}, format="json"
    )


def by_page(ada: Agent, hello: PredefinedResponse, support: Queue) -> None:
    assert change(browser_of(ada), hello, is_active=None).status_code == 302


def by_page_deletion(ada: Agent, hello: PredefinedResponse, support: Queue) -> None:
    assert delete(browser_of(ada), hello).status_code == 302


def by_file(ada: Agent, hello: PredefinedResponse, support: Queue) -> None:
    columns = ("name", "text", "is_active")
    take(browser_of(ada), PredefinedResponse, columns, ["Hello", "Hello", "no"])


def browser_of(person: Agent) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.mark.parametrize(
    "take_away",
    [by_rest, by_rest_deletion, by_another_queue, by_page, by_page_deletion, by_file],
)
def test_open_desks_see_the_last_response_go(
    ada: Agent,
    alice: Agent,
    talking: Chat,
    support: Queue,
    hello: PredefinedResponse,
    take_away: Callable[[Agent, PredefinedResponse, Queue], None],
) -> None:
    [before] = steps.cards_of(alice)
    assert "respond" in before["controls"]

    with sockets.desk_of(alice) as desk:
        take_away(ada, hello, support)

        [card] = [f["card"] for f in desk.heard() if f["type"] == "card"]
    assert card["controls"] == [
        "send",
        "attach",
        "transfer",
        "conference",
        "end",
        "video",
    ]
    assert card["version"] > before["version"]
    assert not can_respond(alice)


def test_open_desks_see_the_first_response_come(
    ada: Agent, alice: Agent, talking: Chat
) -> None:
    with sockets.desk_of(alice) as desk:
        client_for(ada).post(
            f"{API}/predefined-responses/", {"name": "First", "text": "First"}
        )

        [card] = [f["card"] for f in desk.heard() if f["type"] == "card"]
    assert "respond" in card["controls"]


def test_what_changes_nothing_for_agents_is_not_told(
    acme: Organisation, ada: Agent, alice: Agent, talking: Chat, hello: Any
) -> None:
    client, section = client_for(ada), f"{API}/predefined-responses"
    sales = QueueFactory.create(organisation=acme, name="Sales")

    with sockets.desk_of(alice) as desk:
        client.patch(f"{section}/{hello.pk}/", {"name": "Hi", "text": "Hi"})
        client.post(
            f"{section}/",
            {"name": "For sales", "text": "Hi", "queues": [sales.pk]},
            format="json",
        )
        client.post(f"{section}/", {"name": "Second", "text": "Second"})
        client.patch(f"{section}/{hello.pk}/", {"is_active": False})

        assert desk.heard() == []


def test_a_refused_change_takes_nothing_away(
    ada: Agent, alice: Agent, talking: Chat, hello: PredefinedResponse
) -> None:
    with sockets.desk_of(alice) as desk:
        answer = client_for(ada).patch(
            f"{API}/predefined-responses/{hello.pk}/",
            {"is_active": False, "text": "Hello {customer}"},
        )

        refuses(answer, 400, "invalid", errors=["text"])
        assert desk.heard() == []
    assert can_respond(alice)


# --- placeholders -----------------------------------------------------------------
def test_unknown_placeholders_are_refused_in_words(
    ada: Agent, hello: PredefinedResponse
) -> None:
    client, section = client_for(ada), f"{API}/predefined-responses/"
    text = "Hello {customer.email}"

    added = client.post(section, {"name": "New", "text": text})
    changed = client.patch(f"{section}{hello.pk}/", {"text": text})

    for answer in (added, changed):
        refuses(answer, 400, "invalid", errors=["text"])
        [sentence] = answer.json()["errors"]["text"]
        assert "“{customer.email}” stands for nothing" in sentence
        assert "{customer.name}, {agent.name} and {queue.name}" in sentence
    assert PredefinedResponse.objects.get().text == NAMED
