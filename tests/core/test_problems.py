"""Errors over HTTP: one shape for all of them (RFC 9457, contract 3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from contacts import queries
from tests import steps
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from django.test import Client

    from agents.models import Agent

STATE = f"{API}/me/state/"


def put(agent: Agent, body: bytes, content_type: str = "application/json") -> Any:
    client = client_for(agent)
    return client.put(STATE, body, content_type=content_type)


# --- addresses that are none --------------------------------------------------
@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/v1/",
        "/api/v1/nothing/",
        "/api/v2/me/",
        "/api/v1/contacts/7/",
        "/api/v1/contacts/not-a-uuid/",
        "/api/v1/contacts/00000000-0000-0000-0000-00000000000g/",
        "/api/v1/me",
        "/api/v1/%00/",
        "/api/v1/%ff%fe/",
        "/api/v1/contacts/../../etc/passwd",
    ],
)
def test_an_unknown_address_is_a_problem(alice: Agent, path: str) -> None:
    client = client_for(alice)

    for method in ("GET", "POST"):
        response = client.generic(method, path)

        assert response.status_code in {301, 404, 405}, response.content
        if response.status_code == 404:
            refuses(response, 404, "not_found")


def test_no_number_is_too_large_for_an_address(sam: Agent) -> None:
    response = client_for(sam).put(f"{API}/people/{'9' * 30}/state/", {}, "json")

    refuses(response, 404, "not_found")


def test_an_unknown_address_is_a_problem_for_strangers_too(db: None) -> None:
    refuses(APIClient().get("/api/v1/nothing/"), 404, "not_found")


def test_an_unknown_page_is_a_page(client: Client, db: None) -> None:
    response = client.get("/nothing/")

    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


# --- methods and media types --------------------------------------------------
def test_a_wrong_method_is_a_problem(alice: Agent) -> None:
    response = client_for(alice).delete(f"{API}/me/")

    refuses(response, 405, "method_not_allowed")
    assert "GET" in response["Allow"]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x"],
)
def test_a_wrong_type_of_body_is_a_problem(alice: Agent, content_type: str) -> None:
    response = put(alice, b'{"state": "available"}', content_type)

    refuses(response, 415, "unsupported_media_type")


def test_a_type_that_is_not_answered_is_a_problem(alice: Agent) -> None:
    response = client_for(alice).get(f"{API}/me/", HTTP_ACCEPT="application/xml")

    refuses(response, 406, "not_acceptable")


@pytest.mark.parametrize("accept", ["*/*", "application/*", "text/html, */*;q=0.1"])
def test_whatever_else_is_accepted_it_is_json(alice: Agent, accept: str) -> None:
    response = client_for(alice).get(f"{API}/me/", HTTP_ACCEPT=accept)

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"


# --- bodies -------------------------------------------------------------------
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'state': 'idle'}",
        b'{"state": "idle"',
        b'{"state": NaN}',
        b'{"state": Infinity}',
        b"\xff\xfe",
        b'{"state": "\xff"}',
        b"\x00",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 10_000,
    ],
    ids=lambda body: repr(body[:16]),
)
def test_what_is_no_json_is_a_problem(alice: Agent, body: bytes) -> None:
    response = put(alice, body)

    assert response.status_code == 400, response.content
    assert response["Content-Type"] == steps.PROBLEM
    assert response.json()["code"] in {"parse_error", "invalid"}
    alice.refresh_from_db()
    assert alice.state == "offline"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b" ", "This is no JSON: expecting value at line 1, column 2."),
        (
            b'{"state":\n  idle}',
            "This is no JSON: expecting value at line 2, column 3.",
        ),
        (
            b'{\n "say": "NaN -1",\n "state": NaN}',
            "This is no JSON: NaN at line 3, column 11 is no number.",
        ),
        (
            b'{"half": 0.%s,\n"state": -%s}' % (b"1" * 700, b"9" * 5000),
            "The number at line 2, column 10 has more than 640 digits.",
        ),
        (
            b'{"say": "\xc3\xa4",\n "state": "\xff"}',
            "This is no JSON: at line 2, column 12 it is no UTF-8.",
        ),
        (
            b"[" * 100_000,
            "This JSON cannot be read: its brackets are nested too deeply.",
        ),
    ],
    ids=["nothing", "word", "constant", "number", "utf-8", "nested"],
)
def test_it_is_said_what_is_wrong_with_the_body_and_where(
    alice: Agent, body: bytes, sentence: str
) -> None:
    response = put(alice, body)

    refuses(response, 400, "parse_error")
    assert response.json()["detail"] == sentence


def test_numbers_in_a_text_may_be_long(alice: Agent) -> None:
    body = b'{"state": "available", "say": "%s"}' % (b"9" * 5000)

    assert put(alice, body).status_code == 200


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "zlib", "x", "utf-16"])
def test_json_is_utf_8_whatever_it_says(alice: Agent, charset: str) -> None:
    response = put(
        alice, b'{"state": "available"}', f"application/json; charset={charset}"
    )

    assert response.status_code == 200


def test_a_body_has_an_end(alice: Agent) -> None:
    body = json.dumps({"state": "available", "more": "x" * 2 * 1024 * 1024})

    refuses(put(alice, body.encode()), 413, "too_large")

    alice.refresh_from_db()
    assert alice.state == "offline"


def test_a_large_body_is_fine(alice: Agent) -> None:
    body = json.dumps({"state": "available", "more": "x" * 500_000})

    assert put(alice, body.encode()).status_code == 200


def test_sentences_may_quote_half_a_character(alice: Agent) -> None:
    response = put(alice, b'{"state": "\\ud800"}')

    refuses(response, 400, "invalid", errors=["state"])


# --- the rest -----------------------------------------------------------------
def test_a_field_in_a_field_is_named_with_a_dot(db: None, direct: object) -> None:
    body = {"entry_point": "direct", "customer": {"email": "x"}}

    response = steps.post(APIClient(), f"{API}/chat/contacts/", body)

    refuses(response, 400, "invalid", errors=["customer.email"])


def test_a_field_that_is_wrong_as_a_whole_is_named_itself(
    db: None, direct: object
) -> None:
    body = {"entry_point": "direct", "customer": "Dora"}

    response = steps.post(APIClient(), f"{API}/chat/contacts/", body)

    refuses(response, 400, "invalid", errors=["customer"])


def test_a_bug_is_a_problem_too(alice: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*who: object, **where: object) -> None:
        raise RuntimeError("secret details")

    monkeypatch.setattr(queries, "cards_of", fail)
    client = client_for(alice)
    client.raise_request_exception = False

    response = client.get(f"{API}/me/cards/")

    refuses(response, 500, "server_error")
    assert b"secret" not in response.content


def test_an_unknown_host_is_a_problem(alice: Agent) -> None:
    response = client_for(alice).get(f"{API}/me/", HTTP_HOST="evil.example")

    refuses(response, 400, "invalid")


def test_without_a_csrf_token_a_session_changes_nothing(alice: Agent) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)

    response = client.put(STATE, {"state": "available"}, format="json")

    refuses(response, 403, "forbidden")
    alice.refresh_from_db()
    assert alice.state == "offline"


def test_nobody_keeps_an_answer(alice: Agent) -> None:
    client = client_for(alice)

    for path in (f"{API}/me/", f"{API}/me/cards/", f"{API}/contacts/"):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_no_other_site_may_read_an_answer(alice: Agent) -> None:
    response = client_for(alice).get(f"{API}/me/", HTTP_ORIGIN="https://evil.example")

    assert not [name for name in response.headers if name.startswith("Access-Control")]


def test_the_head_alone(alice: Agent) -> None:
    response = client_for(alice).head(f"{API}/me/")

    assert response.status_code == 200
    assert not response.content


def test_what_one_may_do_can_be_asked(alice: Agent) -> None:
    response = client_for(alice).options(f"{API}/me/")

    assert response.status_code == 200
