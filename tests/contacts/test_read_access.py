"""Who may read a contact (contract 3): the table, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from contacts.models import Assignment
from core import clock
from tests import steps
from tests.factories import AssignmentFactory, ContactFactory, CustomerFactory
from tests.steps import API, client_for, for_agents, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from contacts.models import Contact
    from queues.models import EntryPoint, Queue
    from tests.steps import Chat

# What is read like the messages; files will be.
READING = ["messages", "customer", "history", "transcript", "predefined-responses"]


def read(agent: Agent, chat: Chat | Contact, rest: str = "") -> Any:
    return client_for(agent).get(for_agents(chat, rest))


def may_read(agent: Agent, chat: Chat | Contact) -> None:
    for rest in ("", *READING):
        assert read(agent, chat, rest).status_code == 200, rest


def knows_nothing(agent: Agent, chat: Chat | Contact) -> None:
    for rest in ("", *READING):
        refuses(read(agent, chat, rest), 404, "not_found")
    assert str(chat.id) not in ids(agent)


def ids(agent: Agent, **query: str) -> list[str]:
    response = client_for(agent).get(f"{API}/contacts/", query)
    assert response.status_code == 200
    return [contact["id"] for contact in response.json()["results"]]


def given_away(chat: Chat, state: str, outcome: str) -> Assignment:
    """Let the agent's share be over in another way than by End."""
    share = Assignment.objects.get(contact=chat.id)
    share.state, share.outcome, share.ended_at = state, outcome, clock.now()
    share.save(update_fields=["state", "outcome", "ended_at"])
    return share


def with_bob_since(chat: Chat, bob: Agent) -> Assignment:
    """Let Bob talk in the chat now."""
    return AssignmentFactory.create(
        contact=chat.contact, agent=bob, queue=chat.contact.queue, connected=True
    )


# --- an agent with a share ----------------------------------------------------
def test_an_offered_contact_shows_its_head_only(alice: Agent, offered: Chat) -> None:
    assert read(alice, offered).status_code == 200
    for rest in READING:
        refuses(read(alice, offered, rest), 403, "not_accepted")
    assert str(offered.id) in ids(alice)


def test_a_contact_in_hand_is_open(alice: Agent, talking: Chat) -> None:
    may_read(alice, talking)


def test_a_contact_in_hand_is_open_after_the_customer_left(
    alice: Agent, talking: Chat
) -> None:
    steps.leave(talking)

    may_read(alice, talking)


def test_what_one_has_ended_stays_open(alice: Agent, ended: Chat) -> None:
    may_read(alice, ended)


def test_what_one_has_wrapped_up_stays_open(alice: Agent, done: Chat) -> None:
    may_read(alice, done)
    assert ids(alice) == [str(done.id)]


def test_what_one_has_ended_is_not_changed_any_more(alice: Agent, ended: Chat) -> None:
    response = client_for(alice).patch(
        for_agents(ended, "customer"), {"name": "Eve"}, format="json"
    )

    refuses(response, 409, "wrong_state")
    assert ended.contact.customer.name == "Dora"


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("wrapup", "transfer"),
        ("completed", "transfer"),
        ("left", "exit"),
        ("left", "lost"),
        ("left", "customer_left"),
    ],
)
def test_what_was_given_away_shows_the_own_share_only(
    alice: Agent, bob: Agent, talking: Chat, state: str, outcome: str
) -> None:
    mine = given_away(talking, state, outcome)
    with_bob_since(talking, bob)

    contact = read(alice, talking).json()

    assert [share["id"] for share in contact["assignments"]] == [mine.pk]
    assert contact["prechat"] == {}
    for rest in READING:
        refuses(read(alice, talking, rest), 403, "not_yours")


def test_the_list_shows_no_more_than_the_contact(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    mine = given_away(talking, "left", "lost")
    his = with_bob_since(talking, bob)

    shown = {
        agent: client_for(agent).get(f"{API}/contacts/").json()["results"][0]
        for agent in (alice, bob)
    }

    assert [row["id"] for row in shown[alice]["assignments"]] == [mine.pk]
    assert [row["id"] for row in shown[bob]["assignments"]] == [mine.pk, his.pk]
    assert shown[alice]["prechat"] == {}
    assert shown[bob]["prechat"] == {"name": "Dora"}
    assert shown[alice] == read(alice, talking).json()
    assert shown[bob] == read(bob, talking).json()


def test_what_was_given_away_cannot_be_written_in(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    given_away(talking, "left", "lost")
    with_bob_since(talking, bob)
    client = client_for(alice)
    before = steps.lines_of(talking)

    body = {"client_id": "one", "text": "Hello?"}
    refuses(
        client.post(for_agents(talking, "messages"), body, format="json"),
        403,
        "not_yours",
    )
    for command in ("accept", "decline", "end"):
        refuses(client.post(for_agents(talking, command)), 409, "wrong_state")
    assert steps.lines_of(talking) == before


def test_who_gets_the_contact_reads_the_whole_of_it(bob: Agent, talking: Chat) -> None:
    given_away(talking, "left", "lost")
    with_bob_since(talking, bob)

    may_read(bob, talking)


@pytest.mark.parametrize("state", ["rona", "declined", "withdrawn"])
def test_what_one_has_missed_is_unknown(
    alice: Agent, offered: Chat, state: str
) -> None:
    given_away(offered, state, state)

    knows_nothing(alice, offered)
    for command in ("accept", "end", "wrap-up"):
        response = client_for(alice).post(for_agents(offered, command), {}, "json")

        refuses(response, 409, "offer_gone")
    for choices in ("wrapup-codes", "transfer-targets", "conference-targets"):
        refuses(read(alice, offered, choices), 404, "not_found")


def test_a_second_share_opens_what_the_first_had_closed(
    alice: Agent, talking: Chat
) -> None:
    given_away(talking, "left", "lost")
    refuses(read(alice, talking, "messages"), 403, "not_yours")

    with_bob_since(talking, alice)

    may_read(alice, talking)


# --- everybody else -----------------------------------------------------------
def test_a_colleague_knows_nothing(bob: Agent, talking: Chat) -> None:
    knows_nothing(bob, talking)


def test_who_oversees_reads_everything(
    sam: Agent, ada: Agent, talking: Chat, direct: EntryPoint
) -> None:
    waiting = steps.open_chat(direct)

    for overseer in (sam, ada):
        may_read(overseer, talking)
        may_read(overseer, waiting)
        assert set(ids(overseer)) == {str(talking.id), str(waiting.id)}


def test_who_oversees_changes_nothing(sam: Agent, ada: Agent, talking: Chat) -> None:
    for overseer in (sam, ada):
        client = client_for(overseer)
        for command in ("accept", "decline", "end", "wrap-up", "read", "messages"):
            body = {"client_id": "1", "text": "x", "seq": 1, "wrapup_code": 1}
            response = client.post(for_agents(talking, command), body, format="json")

            refuses(response, 403, "forbidden")
        response = client.patch(
            for_agents(talking, "customer"), {"name": "Eve"}, format="json"
        )
        refuses(response, 403, "forbidden")
    assert talking.contact.customer.name == "Dora"
    assert talking.contact.state == "connected"


def test_a_supervisor_with_a_share_works_like_an_agent(
    sam: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(sam, direct)

    steps.say(sam, "Hello", to=chat)

    assert steps.end(sam, chat)["state"] == "wrapup"


def test_another_organisation_knows_nothing(
    gina: Agent, greta: Agent, talking: Chat
) -> None:
    for stranger in (gina, greta):
        knows_nothing(stranger, talking)
        assert ids(stranger) == []


def test_the_superuser_reads_nothing(root: Agent, talking: Chat) -> None:
    client = client_for(root)

    for url in (
        f"{API}/me/",
        f"{API}/me/cards/",
        f"{API}/me/idle-codes/",
        f"{API}/contacts/",
        for_agents(talking),
        *(for_agents(talking, rest) for rest in READING),
    ):
        refuses(client.get(url), 403, "forbidden")


def test_a_session_opens_what_a_token_opens(alice: Agent, talking: Chat) -> None:
    client = APIClient()
    client.force_login(alice)

    assert client.get(for_agents(talking, "messages")).status_code == 200


def test_without_either_nothing_opens(talking: Chat) -> None:
    for rest in ("", *READING):
        response = APIClient().get(for_agents(talking, rest))

        refuses(response, 401, "not_authenticated")
        assert response["WWW-Authenticate"].startswith("Bearer")


def test_who_was_deactivated_reads_nothing(alice: Agent, talking: Chat) -> None:
    by_token, by_session = client_for(alice), APIClient()
    by_session.force_login(alice)
    alice.is_active = False
    alice.save(update_fields=["is_active"])

    refuses(by_token.get(for_agents(talking)), 401, "bad_token")
    refuses(by_session.get(for_agents(talking)), 401, "not_authenticated")


# --- earlier contacts ---------------------------------------------------------
@pytest.fixture
def earlier(acme: Organisation, support: Queue, bob: Agent) -> Contact:
    """Bob's chat with somebody who gave Dora's address, long over."""
    customer = CustomerFactory.create(
        organisation=acme,
        name="Dora D.",
        email="D@example.com",
    )
    contact = ContactFactory.create(
        organisation=acme, queue=support, customer=customer, ended=True
    )
    AssignmentFactory.create(
        contact=contact, agent=bob, queue=support, completed=True, outcome="end"
    )
    return contact


@pytest.fixture
def in_hand(alice: Agent, direct: EntryPoint, earlier: Contact) -> Chat:
    """Dora's chat with Alice, whose history lists the earlier one."""
    chat = steps.connected(
        alice, direct, customer={"name": "Dora", "email": "d@EXAMPLE.com"}
    )
    [row] = read(alice, chat, "history").json()["results"]
    assert row["id"] == str(earlier.pk)
    return chat


@pytest.mark.usefixtures("in_hand")
def test_an_earlier_contact_of_the_customer_can_be_read(
    alice: Agent, earlier: Contact
) -> None:
    assert read(alice, earlier).status_code == 200
    for rest in ("messages", "transcript"):
        assert read(alice, earlier, rest).status_code == 200


@pytest.mark.usefixtures("in_hand")
def test_an_earlier_contact_leads_no_further(alice: Agent, earlier: Contact) -> None:
    for rest in ("customer", "history"):
        refuses(read(alice, earlier, rest), 404, "not_found")
    assert str(earlier.pk) not in ids(alice)


def test_an_earlier_contact_closes_with_the_one_in_hand(
    alice: Agent, in_hand: Chat, earlier: Contact
) -> None:
    steps.end(alice, in_hand)

    knows_nothing(alice, earlier)


def test_an_offered_contact_opens_no_history(
    alice: Agent, direct: EntryPoint, earlier: Contact
) -> None:
    steps.offered(alice, direct, customer={"email": "d@example.com"})

    knows_nothing(alice, earlier)


@pytest.mark.usefixtures("in_hand")
def test_a_history_is_opened_to_nobody_else(
    carol: Agent, gina: Agent, earlier: Contact
) -> None:
    knows_nothing(carol, earlier)
    knows_nothing(gina, earlier)


@pytest.mark.usefixtures("in_hand")
def test_a_contact_that_goes_on_is_no_earlier_one(
    acme: Organisation, alice: Agent, bob: Agent, direct: EntryPoint
) -> None:
    steps.go_idle(alice)
    same = steps.connected(bob, direct, customer={"email": "d@example.com"})

    knows_nothing(alice, same)
