"""Tokens that administrators make for programs, and what each scope lets them do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from agents.models import AccessToken, Agent, AgentState, Role, Scope
from agents.services import second_factors
from core import clock, secrets
from tests import sockets
from tests.cast import person
from tests.steps import (
    API,
    PROBLEM,
    client_for,
    connected,
    for_agents,
    refuses,
    with_factor,
    with_token,
)

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from agents.models import Organisation
    from queues.models import EntryPoint
    from tests.stage import Later

TOKENS = f"{API}/tokens/"


@pytest.fixture
def robot(acme: Organisation) -> Agent:
    return person("Robot", acme, role=Role.INTEGRATION)


def make(by: Agent | APIClient, agent: Agent, *scopes: str, **more: Any) -> Any:
    client = client_for(by) if isinstance(by, Agent) else by
    body = {"name": "Wallboard", "agent": agent.pk, "scopes": scopes, **more}
    return client.post(TOKENS, body)


def program(ada: Agent, agent: Agent, *scopes: str) -> APIClient:
    return with_token(make(ada, agent, *scopes).json()["token"])


# --- making and revoking ------------------------------------------------------
def test_the_secret_is_shown_once_and_kept_nowhere(ada: Agent, robot: Agent) -> None:
    answer = make(ada, robot, "read")

    assert answer.status_code == 201
    made = answer.json()
    secret = made.pop("token")
    assert made["name"] == "Wallboard"
    assert made["agent"] == robot.pk
    assert made["scopes"] == ["read"]
    assert made["created_by"] == ada.pk
    assert made["last_used_at"] is None
    listed = client_for(ada).get(TOKENS).json()
    assert listed["results"] == [made]
    row = AccessToken.objects.get(pk=made["id"])
    assert row.digest == secrets.digest(secret)
    assert secret not in str(vars(row))


def test_without_a_time_it_expires_in_ninety_days(
    ada: Agent, robot: Agent, later: Later
) -> None:
    answer = make(ada, robot, "read").json()
    client = with_token(answer["token"])

    lives = datetime.fromisoformat(answer["expires_at"]) - clock.now()
    assert timedelta(days=89) < lives <= timedelta(days=90)
    assert client.get(f"{API}/me/").status_code == 200
    later(days=90, seconds=1)
    assert client.get(f"{API}/me/").status_code == 401


def test_its_use_is_noted(ada: Agent, robot: Agent) -> None:
    answer = make(ada, robot, "read").json()

    with_token(answer["token"]).get(f"{API}/me/")

    row = client_for(ada).get(f"{TOKENS}{answer['id']}/").json()
    assert row["last_used_at"] is not None


def test_a_revoked_token_opens_nothing(ada: Agent, robot: Agent) -> None:
    answer = make(ada, robot, "read").json()

    revoked = client_for(ada).delete(f"{TOKENS}{answer['id']}/")

    assert revoked.status_code == 204
    assert with_token(answer["token"]).get(f"{API}/me/").status_code == 401


def test_tokens_of_sign_ins_are_not_listed(ada: Agent, alice: Agent) -> None:
    client_for(alice)

    assert client_for(ada).get(TOKENS).json()["results"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 101),
        ("scopes", []),
        ("scopes", ["everything"]),
        ("agent", 0),
        ("expires_at", "2001-01-01T00:00:00Z"),
        ("expires_at", "2999-01-01T00:00:00Z"),
    ],
)
def test_wrong_values_are_told(
    ada: Agent, robot: Agent, field: str, value: object
) -> None:
    body = {"name": "Wallboard", "agent": robot.pk, "scopes": ["read"], field: value}

    answer = client_for(ada).post(TOKENS, body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert not AccessToken.objects.exclude(name="").exists()


def test_nobody_makes_tokens_for_another_organisation(
    ada: Agent, gina: Agent, greta: Agent
) -> None:
    answer = make(ada, gina, "read")
    theirs = make(greta, gina, "read").json()["id"]
    client = client_for(ada)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["agent"])
    assert client.get(f"{TOKENS}{theirs}/").status_code == 404
    assert client.delete(f"{TOKENS}{theirs}/").status_code == 404
    assert client.get(TOKENS).json()["count"] == 0
    assert AccessToken.objects.filter(pk=theirs).exists()


def test_no_token_for_the_deactivated(ada: Agent, alice: Agent) -> None:
    alice.is_active = False
    alice.save(update_fields=["is_active"])

    answer = make(ada, alice, "read")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["agent"])


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.INTEGRATION])
def test_only_administrators_make_tokens(
    acme: Organisation, robot: Agent, role: Role
) -> None:
    other = person("Otto", acme, role=role)

    assert make(other, robot, "read").status_code == 403
    assert client_for(other).get(TOKENS).status_code == 403


# --- what no program reaches ----------------------------------------------------
def test_tokens_are_not_even_read(ada: Agent, robot: Agent) -> None:
    client = program(ada, ada, *Scope.values)
    number = make(ada, robot, "read").json()["id"]

    for answer in (
        client.get(TOKENS),
        client.get(f"{TOKENS}{number}/"),
        client.delete(f"{TOKENS}{number}/"),
        make(client, robot, "read"),
    ):
        refuses(answer, 403, "scope")

    assert AccessToken.objects.exclude(name="").count() == 2


@pytest.mark.parametrize(
    "body",
    [
        {"role": "administrator"},
        {"role": "agent"},
        {"password": "another-harbour-43"},
        {"display_name": "Bob B.", "role": "supervisor"},
    ],
    ids=str,
)
def test_passwords_and_roles_are_not_written(
    ada: Agent, bob: Agent, body: dict[str, str]
) -> None:
    client = program(ada, ada, *Scope.values)
    before = list(Agent.objects.order_by("pk").values())
    row = {"email": "new@acme.example", "display_name": "New", **body}
    of_bob = {"email": bob.email, "display_name": "Bob", **body}

    for answer in (
        client.patch(f"{API}/agents/{bob.pk}/", body),
        client.put(f"{API}/agents/{bob.pk}/", of_bob),
        client.post(f"{API}/agents/", row),
    ):
        refuses(answer, 403, "scope")

    assert list(Agent.objects.order_by("pk").values()) == before


def test_a_program_adds_and_changes_agents_besides(ada: Agent, bob: Agent) -> None:
    client = program(ada, ada, *Scope.values)
    row = {"email": "new@acme.example", "display_name": "New"}

    made = client.post(f"{API}/agents/", row)
    changed = client.patch(f"{API}/agents/{bob.pk}/", {"display_name": "Bob B."})
    removed = client.delete(f"{API}/agents/{made.json()['id']}/")

    assert (made.status_code, made.json()["role"]) == (201, "agent")
    assert (changed.status_code, changed.json()["display_name"]) == (200, "Bob B.")
    assert removed.status_code == 204


def test_second_factors_are_not_taken_away(ada: Agent, bob: Agent) -> None:
    with_factor(bob)
    client = program(ada, ada, *Scope.values)

    refuses(client.delete(f"{API}/agents/{bob.pk}/second-factor/"), 403, "scope")
    assert second_factors.has_one(bob)


@pytest.mark.parametrize("value", [True, False])
def test_the_switch_for_second_factors_is_not_moved(
    ada: Agent, acme: Organisation, value: bool
) -> None:
    client = program(ada, ada, *Scope.values)
    body = {"name": "Acme Ltd", "require_second_factor": value}

    refuses(client.patch(f"{API}/organisation/", body), 403, "scope")
    acme.refresh_from_db()
    assert acme.name == "Acme"
    assert client.patch(f"{API}/organisation/", {"name": "Y"}).status_code == 200


def test_a_body_that_is_no_object_is_told_to_programs_too(ada: Agent) -> None:
    client = program(ada, ada, *Scope.values)

    refuses(
        client.post(f"{API}/agents/", ["role"]),
        400,
        "invalid",
        errors=["non_field_errors"],
    )


def test_the_role_is_asked_for_first(ada: Agent, alice: Agent) -> None:
    client = program(ada, alice, *Scope.values)

    refuses(client.get(TOKENS), 403, "forbidden")


def test_the_schema_says_what_is_not_for_programs() -> None:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    paths = generator.get_schema(public=True)["paths"]  # type: ignore[no-untyped-call]

    said = {
        f"{method} {path}": operation["description"]
        for path, operations in paths.items()
        for method, operation in operations.items()
        if "Programs' tokens" in operation.get("description", "")
    }

    assert "do not reach this" in said[f"get {TOKENS}"]
    assert "do not reach this" in said[f"delete {API}/agents/{{id}}/second-factor/"]
    assert "`password` or `role`" in said[f"patch {API}/agents/{{id}}/"]
    assert "`require_second_factor`" in said[f"patch {API}/organisation/"]
    assert f"get {API}/agents/" not in said


# --- scopes over REST -----------------------------------------------------------
def test_read_sees_and_does_nothing(
    ada: Agent, alice: Agent, direct: EntryPoint
) -> None:
    chat = connected(alice, direct)
    client = program(ada, alice, "read")

    assert client.get(f"{API}/me/").status_code == 200
    assert client.get(for_agents(chat, "messages")).status_code == 200
    answers = [
        client.put(f"{API}/me/state/", {"state": "available"}),
        client.post(f"{API}/me/sign-out/"),
        client.post(for_agents(chat, "messages"), {"client_id": "1", "text": "Hi"}),
        client.post(for_agents(chat, "end")),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (403, "scope")
        assert answer["Content-Type"] == PROBLEM
        assert "converse" in answer.json()["detail"]
    assert chat.contact.state == "connected"


def test_converse_serves_contacts_and_reads_nothing(
    ada: Agent, alice: Agent, direct: EntryPoint
) -> None:
    chat = connected(alice, direct)
    client = program(ada, alice, "converse")

    said = client.post(for_agents(chat, "messages"), {"client_id": "1", "text": "Hi"})
    read = client.get(for_agents(chat, "messages"))

    assert said.status_code == 201
    assert (read.status_code, read.json()["code"]) == (403, "scope")


def test_configuring_needs_its_scope(ada: Agent) -> None:
    reader = program(ada, ada, "read", "converse")
    writer = program(ada, ada, "configure")
    body = {"name": "Second line"}

    refused = reader.post(f"{API}/teams/", body)
    served = writer.post(f"{API}/teams/", body)

    assert reader.get(f"{API}/teams/").status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (403, "scope")
    assert "configure" in refused.json()["detail"]
    assert served.status_code == 201
    assert reader.patch(f"{API}/organisation/", {"name": "X"}).status_code == 403


def test_a_scope_gives_no_right_that_the_role_has_not(ada: Agent, alice: Agent) -> None:
    client = program(ada, alice, *Scope.values)

    answer = client.post(f"{API}/teams/", {"name": "Second line"})

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_every_token_may_end_itself(ada: Agent, robot: Agent) -> None:
    client = program(ada, robot, "converse")

    assert client.delete(f"{API}/auth/token/").status_code == 204
    assert not AccessToken.objects.filter(agent=robot).exists()


def test_the_schema_names_the_scopes() -> None:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    paths = generator.get_schema(public=True)["paths"]  # type: ignore[no-untyped-call]

    said = {
        scope: [
            f"{method} {path}"
            for path, operations in paths.items()
            for method, operation in operations.items()
            if f"needs the scope `{scope}`" in operation.get("description", "")
        ]
        for scope in Scope.values
    }
    assert "get /api/v1/queues/" in said["read"]
    assert "post /api/v1/queues/" in said["configure"]
    assert "post /api/v1/contacts/{contact_id}/accept/" in said["converse"]
    assert "post /api/v1/chat/contacts/" not in str(said)


# --- scopes over sockets --------------------------------------------------------
def test_a_desk_that_only_reads(ada: Agent, alice: Agent, direct: EntryPoint) -> None:
    chat = connected(alice, direct)
    alice.refresh_from_db()
    secret = make(ada, alice, "read").json()["token"]

    with sockets.desk_with_token(secret) as desk:
        desk.read_until("welcome")
        desk.send("sync", contact=chat.id, after=0)
        assert desk.read_until("messages")
        desk.send("send", contact=chat.id, client_id="1", text="Hi")
        said = desk.read_until("error")
        desk.send("typing", contact=chat.id, on=True)
        typed = desk.read_until("error")
        desk.send("read", contact=chat.id, seq=1)
        read = desk.read_until("error")

    assert (said["code"], said["client_id"]) == ("scope", "1")
    assert (typed["code"], read["code"]) == ("scope", "scope")
    assert not chat.contact.messages.filter(text="Hi").exists()


def test_a_desk_that_only_reads_brings_nobody_to_work(ada: Agent, alice: Agent) -> None:
    secret = make(ada, alice, "read").json()["token"]

    with sockets.desk_with_token(secret) as desk:
        welcome = desk.read_until("welcome")

    assert welcome["me"]["state"] == AgentState.OFFLINE


def test_no_desk_without_the_scope_to_read(ada: Agent, alice: Agent) -> None:
    secret = make(ada, alice, "converse", "configure").json()["token"]

    with sockets.desk_with_token(secret) as desk:
        assert desk.read_until("error")["code"] == "scope"
        assert desk.close_code() == 4401
