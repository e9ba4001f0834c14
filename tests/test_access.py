"""docs/access.md is right, and complete: who may do what, over REST, pages, sockets.

What exists comes from the schema, the URL resolver and the consumers; whatever has no
row in the document fails here.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from agents.models import Agent
from contacts.consumers import ChatConsumer, DeskConsumer
from supervision.consumers import FloorConsumer
from tests import access, sockets, steps
from tests.access import REFUSALS, ROLES, YES, Centre, ask, table, verdict
from tests.factories import PASSWORD
from tests.pages import pages

pytestmark = pytest.mark.thorough

REST, PAGES, DESK, CHAT = "REST", "Pages", "The desk's socket", "The chat's socket"
FLOOR = "The floor's socket"
CONSUMERS = {DESK: DeskConsumer, CHAT: ChatConsumer, FLOOR: FloorConsumer}
STAFF = ROLES[:6]


@pytest.fixture
def acme(db: None) -> Centre:
    centre = access.centre("Acme")
    root = Agent.objects.create_superuser("root@parley.example", PASSWORD)
    centre.people["superuser"] = root
    return centre


@pytest.fixture
def globex(db: None) -> Centre:
    return access.centre("Globex")


# --- REST -----------------------------------------------------------------------
def test_every_operation_has_its_row() -> None:
    existing = {f"{method} {path}" for method, path in access.operations()}

    assert set(table(REST)) == existing


@pytest.mark.parametrize("role", ROLES)
def test_rest_in_the_own_organisation(acme: Centre, globex: Centre, role: str) -> None:
    """Everybody is served as the table says, and hears of nobody else's rows."""
    client, wrong = acme.client_of(role), []
    for method, path in access.operations():
        cell = table(REST)[f"{method} {path}"][role]
        answer = ask(client, method, acme.path(path, method))
        if verdict(answer.status_code) != cell or answer.status_code >= 500:
            wrong.append((method, path, cell, answer.status_code))
        if globex.organisation.slug in answer.content.decode().lower():
            wrong.append((method, path, cell, answer.content))

    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_rest_in_another_organisation(acme: Centre, globex: Centre, role: str) -> None:
    """A row of another organisation is as unknown as one that does not exist."""
    client, wrong = acme.client_of(role), []
    for method, path in access.operations():
        row = table(REST)[f"{method} {path}"]
        # The name of a report is no row: it is the same everywhere.
        is_about_a_row = "{" in path and "{name}" not in path
        if not is_about_a_row or row["nobody"] == YES:
            continue
        foreign = ask(client, method, globex.path(path))
        unknown = ask(client, method, access.unknown(path))
        if foreign.status_code not in REFUSALS or foreign.json() != unknown.json():
            wrong.append((method, path, foreign.content, unknown.content))
        if row[role] == YES and foreign.status_code != 404:
            wrong.append((method, path, foreign.content, unknown.content))

    assert wrong == []


# --- pages ------------------------------------------------------------------------
def test_every_page_has_its_row() -> None:
    assert set(table(PAGES)) == set(pages())


def browser(centre: Centre, role: str) -> Client:
    client = Client(REMOTE_ADDR=steps.somewhere())
    if role in centre.people:
        client.force_login(centre.people[role])
    return client


def seen(answer: Any) -> str:
    """Return what a cell says of a page: yes, sign-in, moved or the refusal."""
    if answer.status_code != 302:
        return verdict(answer.status_code)
    is_sign_in = answer["Location"].startswith("/?next=")
    return "sign-in" if is_sign_in else f"to {answer['Location']}"


def test_pages(acme: Centre) -> None:
    wrong = []
    for role in (*STAFF, "nobody"):
        client = browser(acme, role)
        for route, row in table(PAGES).items():
            page = client.get(acme.address(route))
            if seen(page) != row[role]:
                wrong.append((role, route, row[role], seen(page)))

    assert wrong == []


# --- sockets ------------------------------------------------------------------------
def frame(contact_id: object) -> dict[str, Any]:
    """Return values that suit every type of frame."""
    return {
        "contact": contact_id,
        "client_id": "1",
        "text": "Good morning",
        "after": 0,
        "seq": 1,
        "on": True,
        "data": {},
    }


def outcome(socket: sockets.Socket, kind: str, contact_id: object) -> str:
    """Return what a cell says of a frame: yes, or the code of the refusal."""
    socket.send(kind, **frame(contact_id))
    socket.send("ping")
    while True:
        answer = socket.read()
        if answer["type"] == "error":
            socket.read_until("pong")
            return str(answer["code"])
        if answer["type"] == "pong":
            if kind == "ping":
                socket.read_until("pong")
            return YES


@pytest.mark.parametrize("heading", CONSUMERS)
def test_every_frame_has_its_row(heading: str) -> None:
    frames = CONSUMERS[heading].frames

    assert set(table(heading)) == {"connect", *frames} - {"hello"}


@pytest.mark.parametrize("whose", ["own", "another's"])
def test_frames_of_the_desk(acme: Centre, globex: Centre, whose: str) -> None:
    """A frame about another organisation's contact is answered as of an unknown one."""
    contact, wrong = (acme if whose == "own" else globex).chat.id, []
    for role in ROLES:
        with sockets.desk_with_token(acme.secret_of(role) or "none") as desk:
            opened = opening(desk)
            for kind, row in table(DESK).items():
                found, cell = opened, row[role]
                if opened == YES and kind != "connect":
                    found = outcome(desk, kind, contact)
                    if whose == "another's" and kind != "ping":
                        cell = outcome(desk, kind, uuid.uuid4())
                        assert cell not in {YES, "server_error"}
                if found != cell:
                    wrong.append((role, kind, cell, found))

    assert wrong == []


@pytest.mark.parametrize("whose", ["own", "another's"])
def test_frames_of_the_chat(acme: Centre, globex: Centre, whose: str) -> None:
    contact, wrong = (acme if whose == "own" else globex).chat.id, []
    for role in ROLES:
        with sockets.opened(f"/ws/chat/{acme.chat.id}/") as page:
            page.send("hello", token=acme.secret_of(role) or "none")
            opened = opening(page)
            for kind, row in table(CHAT).items():
                found, cell = opened, row[role]
                if opened == YES and kind != "connect":
                    found = outcome(page, kind, contact)
                    if whose == "another's" and kind != "ping":
                        cell = "forbidden"
                if found != cell:
                    wrong.append((role, kind, cell, found))

    assert wrong == []


def test_frames_of_the_floor(acme: Centre) -> None:
    wrong = []
    for role in ROLES:
        with sockets.floor_with_token(acme.secret_of(role) or "none") as floor:
            opened = opening(floor)
            for kind, row in table(FLOOR).items():
                found = opened
                if opened == YES and kind != "connect":
                    found = outcome(floor, kind, acme.chat.id)
                if found != row[role]:
                    wrong.append((role, kind, row[role], found))

    assert wrong == []


def opening(socket: sockets.Socket) -> str:
    first = socket.read()
    if first.get("type") == "error":
        first = socket.read()
    served = first.get("type") in {"welcome", "floor"}
    return YES if served else str(first["close"])


def test_a_customers_token_opens_no_other_chat(acme: Centre, globex: Centre) -> None:
    with sockets.opened(f"/ws/chat/{globex.chat.id}/") as page:
        page.send("hello", token=acme.chat.token)

        assert page.close_code() == 4404


def test_the_table_names_every_role() -> None:
    for heading in (REST, DESK, CHAT):
        assert all(tuple(row) == ROLES for row in table(heading).values())
    assert all(tuple(row) == (*STAFF, "nobody") for row in table(PAGES).values())
