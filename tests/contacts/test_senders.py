"""Who said it: `sender`, whoever asks and wherever it stands (contract 3.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from contacts.models import Message, SenderKind
from contacts.serializers import messages_json
from tests import sockets, steps
from tests.factories import MessageFactory
from tests.steps import API, client_for, for_agents

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.sockets import Socket
    from tests.steps import Chat, Json

KEY = re.compile(r"[A-Za-z0-9_-]{16}")


def me(agent: Agent) -> Json:
    return dict(client_for(agent).get(f"{API}/me/").json())


def key_in(message: Json) -> str:
    key: str = message["sender"]["key"]
    return key


# --- the key ------------------------------------------------------------------
def test_ones_own_lines_bear_ones_own_key(alice: Agent, talking: Chat) -> None:
    lines = [steps.say(alice, "Hello", to=talking) for _ in range(2)]
    with sockets.desk_of(alice) as desk:
        lines.append(desk.say(talking, "And more")["message"])

        assert desk.welcome["me"]["key"] == me(alice)["key"]

    assert {key_in(line) for line in lines} == {me(alice)["key"]}


def test_a_key_tells_people_of_one_name_apart(alice: Agent, direct: EntryPoint) -> None:
    of_dora = steps.connected(alice, direct, customer={"name": "Alice"})
    of_her_namesake = steps.connected(alice, direct, customer={"name": "Alice"})

    keys = [
        key_in(steps.say(alice, "Hello", to=of_dora)),
        key_in(steps.say(of_dora, "Hello")),
        key_in(steps.say(of_her_namesake, "Hello")),
    ]

    assert len(set(keys)) == 3


def test_a_key_is_the_same_in_every_chat(alice: Agent, direct: EntryPoint) -> None:
    first = steps.connected(alice, direct)
    again = steps.connected(alice, direct, visitor=first.visitor)

    assert first.id != again.id
    assert key_in(steps.say(first, "Hello")) == key_in(steps.say(again, "Hello"))
    assert key_in(steps.say(alice, "Hello", to=first)) == me(alice)["key"]
    assert key_in(steps.say(alice, "Hello", to=again)) == me(alice)["key"]


def test_a_key_reveals_nothing(alice: Agent, talking: Chat) -> None:
    keys = [key_in(steps.say(who, "Hello", to=talking)) for who in (alice, talking)]

    assert all(KEY.fullmatch(key) for key in keys)
    assert Message.objects.filter(sender_key__in=keys).count() == 0


def test_nobody_is_behind_an_assistant_and_the_system(talking: Chat) -> None:
    lines = [
        MessageFactory.build(contact=talking.contact, sender_kind=kind, sender_key=kind)
        for kind in (SenderKind.BOT, SenderKind.SYSTEM)
    ]

    assert [line["sender"]["key"] for line in messages_json(lines)] == [None, None]


def test_what_is_stored_already_bears_the_same_key(alice: Agent, talking: Chat) -> None:
    with sockets.page_of(talking) as page, sockets.desk_of(alice) as desk:
        for socket, who in ((page, talking), (desk, alice)):
            first = socket.say(talking, "Hello", client_id="one")
            again = socket.say(talking, "Hello", client_id="one")

            assert again == first
            assert again["message"]["sender"] == steps.sender_of(who)


def test_administrators_read_whose_lines_they_are(ada: Agent, alice: Agent) -> None:
    url = f"{API}/agents/{alice.pk}/"
    client = client_for(ada)

    client.patch(url, {"key": "mine"}, format="json")

    assert client.get(url).json()["key"] == me(alice)["key"]


# --- the name -----------------------------------------------------------------
def rename(ada: Agent, agent: Agent, name: str) -> None:
    """Have an administrator give an agent another name."""
    url = f"{API}/agents/{agent.pk}/"
    response = client_for(ada).patch(url, {"display_name": name}, format="json")
    assert response.status_code == 200


def rename_customer(alice: Agent, chat: Chat, name: str) -> None:
    """Have the agent who talks with a customer give them another name."""
    url = for_agents(chat, "customer")
    response = client_for(alice).patch(url, {"name": name}, format="json")
    assert response.status_code == 200


def do_everything(who: Socket, chat: Chat, *, seq: int) -> None:
    """Say something, type and read, over an open socket."""
    who.say(chat, "Hello")
    who.send("typing", contact=chat.id, on=True)
    who.send("read", contact=chat.id, seq=seq)
    who.heard()


def seen_by(who: Socket) -> dict[str, Json]:
    """Return {frame: sender} of what the others have said and done."""
    frames = {frame["type"]: frame for frame in who.heard()}
    return {
        "message": frames["message"]["message"]["sender"],
        "typing": frames["typing"]["sender"],
        "read": frames["read"]["reader"],
    }


def test_what_an_agent_does_bears_the_new_name_at_once(
    ada: Agent, alice: Agent, talking: Chat
) -> None:
    steps.say(alice, "Before", to=talking)
    before = steps.sender_of(alice)
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        rename(ada, alice, "Alicia")
        assert desk.read_until("me")["me"]["display_name"] == "Alicia"
        do_everything(desk, talking, seq=1)

        seen = seen_by(page)

    after = before | {"name": "Alicia"}
    assert seen == {"message": after, "typing": after, "read": after}
    said = [line["sender"] for line in steps.lines_of(talking)[1:]]
    assert said == [before, after]


def test_what_a_customer_does_bears_the_new_name_at_once(
    alice: Agent, talking: Chat
) -> None:
    steps.say(talking, "Before")
    before = steps.sender_of(talking)
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        rename_customer(alice, talking, "Dora M.")
        card = desk.read_until("card")["card"]
        do_everything(page, talking, seq=1)

        seen = seen_by(desk)

    assert card["customer"]["name"] == "Dora M."
    # Who said what is said already stays as it was told.
    assert card["last_message"]["sender"] == before
    after = before | {"name": "Dora M."}
    assert seen == {"message": after, "typing": after, "read": after}


def test_a_name_that_was_taken_away_is_customer(alice: Agent, talking: Chat) -> None:
    with sockets.page_of(talking) as page:
        rename_customer(alice, talking, "")

        said = page.say(talking, "Hello")["message"]

    assert said["sender"]["name"] == "Customer"
