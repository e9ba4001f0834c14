"""Who said it: `sender`, whoever asks and wherever it stands (contract 3.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from contacts.models import Message, SenderKind
from contacts.serializers import messages_json
from tests import sockets, steps
from tests.factories import MessageFactory
from tests.steps import API, client_for

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
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


def test_a_key_tells_people_of_one_name_apart(
    alice: Agent, bob: Agent, direct: EntryPoint
) -> None:
    bob.display_name = alice.display_name
    bob.save(update_fields=["display_name"])
    of_dora = steps.connected(alice, direct, customer={"name": "Dora"})
    steps.go_idle(alice)
    of_her_namesake = steps.connected(bob, direct, customer={"name": "Dora"})

    keys = [
        key_in(steps.say(alice, "Hello", to=of_dora)),
        key_in(steps.say(bob, "Hello", to=of_her_namesake)),
        key_in(steps.say(of_dora, "Hello")),
        key_in(steps.say(of_her_namesake, "Hello")),
    ]

    assert len(set(keys)) == 4


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
