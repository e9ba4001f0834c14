"""Pictures of agents: brought by an administrator, drawn anew, seen by customers."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from agents.models import Picture
from tests import factories, steps, trail
from tests.administration.pages.site import change, errors
from tests.contacts.test_logo import SECRET, picture
from tests.steps import customer_of, for_customers

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.steps import Chat, Json


@pytest.fixture
def adas(client: Client, ada: Agent) -> Client:
    client.force_login(ada)
    return client


def view_of(chat: Chat) -> Json:
    seen: Json = customer_of(chat).get(for_customers(chat)).json()
    return seen


def brings(client: Client, agent: Agent, content: bytes, **more: Any) -> Any:
    file = SimpleUploadedFile("me.png", content)
    return change(client, agent, picture=file, **more)


def test_the_customer_sees_the_picture_of_who_talks(
    adas: Client, alice: Agent, direct: EntryPoint
) -> None:
    brings(adas, alice, picture())
    chat = steps.connected(alice, direct)
    said = steps.say(alice, "Hello", to=chat)["sender"]["key"]

    view = view_of(chat)

    assert view["agents"] == ["Alice"]
    [(key, address)] = view["pictures"].items()
    assert key == said
    assert len(address) > 40
    served = Client().get(address)
    assert served["Content-Type"] == "image/png"
    assert SECRET.encode() not in served.content
    with Image.open(BytesIO(served.content)) as shown:
        assert (shown.format, shown.size) == ("PNG", (160, 160))


def test_without_a_picture_there_is_none(alice: Agent, direct: EntryPoint) -> None:
    chat = steps.connected(alice, direct)

    assert view_of(chat)["pictures"] == {}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg onload='alert(1)'/>", "This is no picture"),
        (b"\x00" * (1024 * 1024 + 1), "The file is too large"),
        (picture(size=(5000, 4000)), "The picture is too large"),
    ],
    ids=["svg", "bytes", "pixels"],
)
def test_what_is_no_small_picture_is_refused(
    adas: Client, alice: Agent, content: bytes, sentence: str
) -> None:
    response = brings(adas, alice, content, display_name="Renamed")

    [message] = errors(response)["picture"]
    assert message.startswith(sentence)
    assert not Picture.objects.exists()
    alice.refresh_from_db()
    assert alice.display_name == "Alice"


def test_it_stays_is_replaced_and_goes(adas: Client, ada: Agent, alice: Agent) -> None:
    brings(adas, alice, picture())
    first = Picture.objects.get().name
    change(adas, alice, display_name="Alicia")
    assert Picture.objects.get().name == first

    brings(adas, alice, picture(size=(300, 300)))
    second = Picture.objects.get().name
    assert second != first
    assert Client().get(f"/pictures/{first}.png").status_code == 404
    assert Client().get(f"/pictures/{second}.png").status_code == 200

    change(adas, alice, remove_picture="on")
    assert Client().get(f"/pictures/{second}.png").status_code == 404
    entries = trail.read(ada, action="changed")
    assert ["picture" in each["changes"] for each in entries] == [
        *(True, True, False, True)
    ]


def test_a_new_picture_is_shown_while_they_talk(
    adas: Client, alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)
    before = chat.contact.version

    brings(adas, alice, picture())

    assert chat.contact.version > before
    assert view_of(chat)["pictures"]


def test_it_goes_with_the_agent(adas: Client, bob: Agent) -> None:
    made = factories.PictureFactory.create(agent=bob)

    bob.delete()

    assert Client().get(f"/pictures/{made.name}.png").status_code == 404
