"""Every command in every situation, by everybody (domain 4.6, contract 3): the card
shows those that work, and the others are refused and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contacts.models import Contact
from tests import steps
from tests.journeys import invariants
from tests.steps import client_for, customer_of, for_agents

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from agents.models import Agent
    from queues.models import Queue
    from tests.contacts.situations import Situations
    from tests.steps import Chat, Json
    from wrapup.models import WrapUpCode

COMMANDS = {
    "accept": "accept",
    "decline": "decline",
    "send": "messages",
    "attach": "attachments",
    "transfer": "transfer",
    "conference": "conference",
    "conference_cancel": "conference/cancel",
    "conference_drop": "conference/drop",
    "conference_end": "conference/end",
    "conference_exit": "conference/exit",
    "end": "end",
    "wrap_up": "wrap-up",
    "video": "video",
}
ANSWERS = {
    "200": (200, ""),  # a repeat: nothing happens
    "204": (204, ""),
    "na": (403, "not_accepted"),
    "ny": (403, "not_yours"),
    "no": (403, "forbidden"),
    "ws": (409, "wrong_state"),
    "ic": (409, "in_conference"),
    "ce": (409, "contact_ended"),
    "og": (409, "offer_gone"),
}
# "*" is a control on the card; what is not is refused like this.
TABLE = """
situation          who   accept decline send attach transfer conference cancel drop over exit end wrap_up video
offered            Alice *      *       na   na     ws       ws         ws     ws   ws   no   ws  ws      ws
connected          Alice 200    ws      *    *      *        *          ws     ws   ws   no   *   ws      *
pending            Alice 200    ws      *    *      *        ic         *      ws   ws   no   *   ws      *
pending            Bob   *      *       na   na     no       no         no     no   no   ws   no  no      no
joined             Alice 200    ws      *    *      ic       ic         ic     *    *    no   ic  ws      *
joined             Bob   200    ws      *    *      no       no         no     no   no   *    no  no      no
exited             Alice 200    ws      *    *      *        *          ws     ws   ws   no   *   ws      *
exited             Bob   ws     ws      ny   ny     no       no         no     no   no   204  no  no      no
dropped            Alice 200    ws      *    *      *        *          ws     200  ws   no   *   ws      *
dropped            Bob   ws     ws      ny   ny     no       no         no     no   no   204  no  no      no
missed             Alice 200    ws      *    *      *        *          ws     ws   ws   no   *   ws      *
missed             Bob   og     og      og   og     og       og         og     og   og   og   og  og      og
conference_over    Alice ws     ws      ce   ce     ws       ws         ws     ws   200  no   200 *       ws
conference_over    Bob   ws     ws      ny   ny     no       no         no     no   no   204  no  no      no
left               Alice 200    ws      ce   ce     ce       ce         ws     ws   ws   no   *   ws      ce
left_in_conference Alice 200    ws      ce   ce     ce       ce         ws     ws   *    no   ic  ws      ce
left_in_conference Bob   ws     ws      ny   ny     no       no         no     no   no   204  no  no      no
wrapup             Alice ws     ws      ce   ce     ws       ws         ws     ws   200  no   200 *       ws
done               Alice ws     ws      ce   ce     ws       ws         ws     ws   204  no   204 204     ws
transferred        Alice ws     ws      ny   ny     ws       ws         ws     ws   ws   no   ws  *       ws
transferred        Bob   *      *       na   na     ws       ws         ws     ws   ws   no   ws  ws      ws
taken              Alice ws     ws      ny   ny     ws       ws         ws     ws   ws   no   ws  *       ws
taken              Bob   200    ws      *    *      *        *          ws     ws   ws   no   *   ws      *
moved              Alice ws     ws      ny   ny     ws       ws         ws     ws   ws   no   ws  *       ws
inherited          Alice ws     ws      ny   ny     ws       ws         ws     ws   ws   no   ws  ws      ws
inherited          Bob   200    ws      *    *      *        *          ws     ws   ws   no   *   ws      *
"""  # noqa: E501 - a table
ROWS: dict[str, dict[str, dict[str, str]]] = {}
for line in TABLE.strip().splitlines()[1:]:
    situation, who, *cells = line.split()
    ROWS.setdefault(situation, {})[who] = dict(zip(COMMANDS, cells, strict=True))
WORKS = [
    (situation, who, control)
    for situation, people in ROWS.items()
    for who, row in people.items()
    for control, cell in row.items()
    if cell == "*"
]
# Who has no share in the chat, is refused before what they say is looked at.
OUTSIDERS = {
    "Carol": (404, "not_found"),
    "Sam": (403, "forbidden"),
    "Ada": (403, "forbidden"),
    "Gina": (404, "not_found"),
    "the customer": (401, "bad_token"),
}


@pytest.fixture
def people(
    alice: Agent, bob: Agent, carol: Agent, sam: Agent, ada: Agent
) -> dict[str, Agent]:
    return {each.display_name: each for each in (alice, bob, carol, sam, ada)}


@pytest.fixture
def bodies(carol: Agent, resolved: WrapUpCode) -> dict[str, Json]:
    return {
        "send": {"client_id": "1", "text": "Hello"},
        "transfer": {"destination_type": "agent", "to": carol.pk},
        "conference": {"agent": carol.pk},
        "wrap_up": {"wrapup_code": resolved.pk},
    }


def give(client: APIClient, chat: Chat, control: str, body: Json) -> tuple[int, str]:
    """Give the command; return the status and the code of the refusal."""
    url = for_agents(chat, COMMANDS[control])
    kind = "json"
    if control == "attach":
        kind, body = "multipart", {"file": SimpleUploadedFile("a.txt", b"Hello")}
    response = client.post(url, body, format=kind)
    problem: Any = response.json() if response.status_code >= 400 else {}
    return response.status_code, problem.get("code", "")


@pytest.mark.parametrize("situation", ROWS)
def test_what_is_not_offered_is_refused_and_changes_nothing(
    situation: str,
    situations: Situations,
    people: dict[str, Agent],
    bodies: dict[str, Json],
) -> None:
    chat: Chat = getattr(situations, situation)()
    before = invariants.snapshot()

    for who, row in ROWS[situation].items():
        shown = [control for control, cell in row.items() if cell == "*"]
        cards = steps.cards_of(people[who])
        assert [card["controls"] for card in cards] == ([shown] if shown else [])
        client = client_for(people[who])
        answers = {
            control: give(client, chat, control, bodies.get(control, {}))
            for control in row
            if control not in shown
        }
        expected = {control: ANSWERS[row[control]] for control in answers}
        assert (who, answers) == (who, expected)

    assert invariants.snapshot() == before


@pytest.mark.parametrize("situation", ROWS)
def test_who_has_no_share_is_refused_and_changes_nothing(
    situation: str,
    situations: Situations,
    people: dict[str, Agent],
    gina: Agent,
) -> None:
    chat: Chat = getattr(situations, situation)()
    before = invariants.snapshot()
    clients = {name: client_for(agent) for name, agent in people.items()}
    clients |= {"Gina": client_for(gina), "the customer": customer_of(chat)}

    answers = {
        (who, control): give(clients[who], chat, control, {})
        for who in OUTSIDERS
        for control in COMMANDS
    }

    assert answers == {(who, control): OUTSIDERS[who] for who, control in answers}
    assert invariants.snapshot() == before


@pytest.mark.parametrize(("situation", "who", "control"), WORKS)
def test_what_is_offered_works(
    situation: str,
    who: str,
    control: str,
    situations: Situations,
    people: dict[str, Agent],
    bodies: dict[str, Json],
) -> None:
    chat: Chat = getattr(situations, situation)()
    before = invariants.snapshot()

    answer = give(client_for(people[who]), chat, control, bodies.get(control, {}))

    assert answer in {(200, ""), (201, ""), (204, "")}
    assert invariants.snapshot() != before
    invariants.check_always()
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("command", ["transfer", "conference", "wrap-up"])
@pytest.mark.parametrize("body", [{}, {"to": "?", "agent": [], "wrapup_code": None}])
def test_a_guest_is_refused_before_what_they_say_is_looked_at(
    bob: Agent, situations: Situations, command: str, body: Json
) -> None:
    chat = situations.joined()

    response = client_for(bob).post(for_agents(chat, command), body, format="json")

    steps.refuses(response, 403, "forbidden")


@pytest.mark.parametrize("situation", ["transferred", "left", "joined", "pending"])
def test_what_cannot_be_right_is_refused_before_the_state_of_things(
    alice: Agent,
    situations: Situations,
    gina: Agent,
    help_queue: Queue,
    situation: str,
) -> None:
    chat: Chat = getattr(situations, situation)()
    before = invariants.snapshot()

    client = client_for(alice)
    for to in (gina.pk, alice.pk, 10**9):
        transfer = {"destination_type": "agent", "to": to}
        response = client.post(for_agents(chat, "transfer"), transfer, format="json")
        steps.refuses(response, 400, "invalid", errors=["to"])
        response = client.post(for_agents(chat, "conference"), {"agent": to})
        steps.refuses(response, 400, "invalid", errors=["agent"])
    for queue_id in (help_queue.pk, chat.contact.queue_id, 10**9):
        transfer = {"destination_type": "queue", "to": queue_id}
        response = client.post(for_agents(chat, "transfer"), transfer, format="json")
        steps.refuses(response, 400, "invalid", errors=["to"])

    assert invariants.snapshot() == before
