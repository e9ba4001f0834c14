"""JSON of another type than asked is refused, by every body and frame, and changes
nothing. What each body asks for comes from the REST schema."""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from contacts.models import Customer, Message
from tests import access, sockets, steps
from tests.access import YES, Centre, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.steps import Json

SCHEMA: Json = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
SAMPLES = [
    ("integer", 1),
    ("number", 1.5),
    ("string", "1"),
    ("boolean", True),
    ("array", []),
    ("object", {}),
    ("null", None),
]
# What requests may write although they are refused: when a token was used, and who is
# there.
TRACES = {"agents_accesstoken", "agents_presence"}


# --- what is asked for ------------------------------------------------------------
def bodies() -> Iterator[tuple[str, str, Json]]:
    """Yield (method, path, shape) of every operation that takes a body."""
    for path, methods in SCHEMA["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                yield method.upper(), path, content["application/json"]["schema"]


def parts_of(shape: Json) -> Iterator[Json]:
    """Yield what the shape may be, without references."""
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[-1]
        yield from parts_of(SCHEMA["components"]["schemas"][name])
        return
    several = shape.get("oneOf") or shape.get("anyOf") or shape.get("allOf")
    for part in several or ():
        yield from parts_of(part)
    if not several:
        yield shape


def takes(shape: Json, kind: str) -> bool:
    """Whether a value of this type of JSON is what the shape asks for."""
    types: set[str] = set()
    for part in parts_of(shape):
        named = part.get("type", "null" if None in part.get("enum", ()) else [])
        types |= {named} if isinstance(named, str) else set(named)
    return kind in types or (kind == "integer" and "number" in types)


def fields_of(shape: Json) -> Iterator[tuple[str, Json]]:
    for part in parts_of(shape):
        yield from part.get("properties", {}).items()


def wrong_bodies(shape: Json, kind: str, value: Any) -> Iterator[Json]:
    """Yield objects of this shape with the value wherever it has the wrong type: one
    with all fields at once, and one for each place deeper in it."""
    flat = {name: value for name, part in fields_of(shape) if not takes(part, kind)}
    if flat:
        yield flat
    for name, field in fields_of(shape):
        for part in parts_of(field):
            for deep in wrong_inside(part, kind, value):
                yield {name: deep}


def wrong_inside(part: Json, kind: str, value: Any) -> Iterator[Any]:
    items, extra = part.get("items"), part.get("additionalProperties")
    if items is not None:
        if not takes(items, kind):
            yield [value]
        for row in wrong_bodies(items, kind, value):
            yield [row]
    if isinstance(extra, dict) and not takes(extra, kind):
        yield {"x": value}
    yield from wrong_bodies(part, kind, value)


# --- REST -----------------------------------------------------------------------
@pytest.fixture
def centre(db: None) -> Centre:
    return access.centre("Acme")


@contextmanager
def nothing_written() -> Iterator[None]:
    tables: set[str] = set()

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        verb, *words = sql.split()
        if verb in {"INSERT", "UPDATE", "DELETE"}:
            tables.add(words[0 if verb == "UPDATE" else 1].strip('"'))
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield
    assert tables <= TRACES


@pytest.mark.thorough
def test_no_body_takes_json_of_another_type(centre: Centre) -> None:
    clients = {role: centre.client_of(role) for role in access.ROLES if role in PEOPLE}
    tried = 0
    for method, path, shape in bodies():
        cells = table("REST")[f"{method} {path}"]
        client = next(clients[role] for role in PEOPLE if cells[role] == YES)
        for kind, value in SAMPLES:
            for body in wrong_bodies(shape, kind, value):
                what = (method, path, body)
                with nothing_written():
                    answer = client.generic(
                        method,
                        centre.path(path),
                        json.dumps(body),
                        content_type="application/json",
                        REMOTE_ADDR=steps.somewhere(),
                    )
                assert answer.status_code == 400, (*what, answer.content)
                named = {key.partition(".")[0] for key in answer.json()["errors"]}
                assert named >= set(body), what
                tried += 1

    assert tried > len(SAMPLES) * 20


PEOPLE = ("agent", "supervisor", "administrator", "integration", "customer")


def test_what_is_wrong_is_said_of_each_field(alice: Agent, direct: EntryPoint) -> None:
    chat = steps.connected(alice, direct)
    address = steps.for_agents(chat, "customer")

    answer = steps.client_for(alice).patch(
        address, {"name": 5, "email": ["a"], "phone": None}, format="json"
    )

    assert answer.status_code == 400
    assert answer.json()["errors"] == {
        "name": ["This must be a text."],
        "email": ["This must be a text."],
    }
    assert Customer.objects.get().name == ""


def test_a_whole_number_may_be_written_with_a_point(
    alice: Agent, direct: EntryPoint
) -> None:
    """JSON knows one kind of number."""
    chat = steps.connected(alice, direct)
    steps.say(chat, "Hello")

    answer = steps.client_for(alice).generic(
        "POST", steps.for_agents(chat, "read"), '{"seq": 1.0}', "application/json"
    )

    assert answer.status_code == 204


def test_only_a_checkbox_is_answered_with_true(direct: EntryPoint) -> None:
    direct.prechat_fields = [
        {"name": "order", "label": "Order", "type": "text"},
        {"name": "terms", "label": "Terms", "type": "checkbox"},
    ]
    direct.save(update_fields=["prechat_fields"])

    def answer(**attributes: object) -> Any:
        body = {"entry_point": "direct", "customer": {"attributes": attributes}}
        return steps.post(APIClient(), f"{steps.API}/chat/contacts/", body)

    ticked, refused = answer(terms=True), answer(order=True)

    assert ticked.status_code == 201
    assert refused.status_code == 400
    assert refused.json()["errors"] == {
        "customer.attributes.order": ["This must be a text."]
    }
    assert [each.attributes for each in Customer.objects.all()] == [{"terms": "true"}]


# --- sockets ------------------------------------------------------------------------
RIGHT: Json = {"contact": None, "client_id": "1", "text": "Hi", "after": 0, "seq": 1}
FIELDS = {
    "send": ("contact", "client_id", "text"),
    "sync": ("contact", "after"),
    "typing": ("contact", "on"),
    "read": ("contact", "seq"),
}


@pytest.mark.parametrize(
    ("kind", "field"),
    [(kind, field) for kind, fields in FIELDS.items() for field in fields],
)
def test_no_frame_takes_json_of_another_type(
    alice: Agent, direct: EntryPoint, kind: str, field: str
) -> None:
    chat = steps.connected(alice, direct)
    right = {**RIGHT, "contact": str(chat.id), "on": True}
    values = [value for _, value in SAMPLES if type(value) is not type(right[field])]
    with sockets.desk_of(alice) as desk:
        for value in values:
            if field in {"after", "seq"} and value is None:
                continue
            desk.send(kind, **{**right, field: value})

            assert desk.read_until("error")["code"] == "invalid", value
    assert not Message.objects.filter(contact=chat.id, text="Hi").exists()


def test_hello_takes_no_other_type(direct: EntryPoint) -> None:
    chat = steps.open_chat(direct)
    with sockets.opened(f"/ws/chat/{chat.id}/") as page:
        page.send("hello", token=5, after=0)
        page.send("hello", token=chat.token, after="0")

        assert page.read_until("error")["code"] == "invalid"
        assert page.read_until("error")["code"] == "invalid"


def test_a_number_is_no_contact(alice: Agent, direct: EntryPoint) -> None:
    """A UUID can be written as a number, but not here."""
    chat = steps.connected(alice, direct)
    with sockets.desk_of(alice) as desk:
        desk.send("send", contact=uuid.UUID(str(chat.id)).int, client_id="1", text="Hi")

        assert desk.read_until("error")["code"] == "invalid"
    assert not Message.objects.filter(text="Hi").exists()
