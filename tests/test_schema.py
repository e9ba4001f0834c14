"""The OpenAPI schema: complete, valid, and what the server really does."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, settings
from jsonschema_rs import Draft202012Validator
from rest_framework.test import APIClient
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from agents.models import AccessToken, IdleCode, MultimediaProfile, Team
from tests import steps
from tests.factories import (
    ArticleFactory,
    AssistantFactory,
    BlockFactory,
    HoursFactory,
    PredefinedResponseFactory,
    QueueFactory,
    SkillFactory,
)
from tests.steps import API

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.conf import LazySettings
    from schemathesis import Case

    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.steps import Chat
    from wrapup.models import WrapUpCode

pytestmark = pytest.mark.telling

ASKERS = ("administrator", "agent", "customer")
EXAMPLES = 2 * len(ASKERS)
SCHEMA = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
api = schemathesis.openapi.from_dict(SCHEMA)
api.app = get_wsgi_application()


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in SCHEMA["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


each_operation = pytest.mark.parametrize(
    "operation", [pytest.param(op, id=name) for name, op in operations()]
)


def test_the_schema_is_valid_and_without_warnings() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


def test_the_schema_is_openapi_3_1() -> None:
    assert SCHEMA["openapi"].startswith("3.1")


def test_the_schema_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """To make it takes seconds, and anybody may ask for it."""
    first = APIClient().get(f"{API}/schema/")
    monkeypatch.delattr(SchemaGenerator, "get_schema")
    again = APIClient().get(f"{API}/schema/", {"version": "2\r\nX-Evil: 1"})

    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert first["Content-Disposition"] == again["Content-Disposition"]
    assert first["Content-Type"].startswith("application/vnd.oai.openapi")
    assert f"{API}/me/" in first.content.decode()


@each_operation
def test_an_operation_says_what_it_is_for(operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"].endswith((".", "`."))
    assert len(operation["tags"]) == 1


@each_operation
def test_every_refusal_is_a_problem(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            assert list(answer["content"]) == [steps.PROBLEM], status


def bodies(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (media type, body) of what an operation takes and answers."""
    answers = operation["responses"].values()
    for part in (operation.get("requestBody", {}), *answers):
        yield from part.get("content", {}).items()


FILES = {"text/plain", "application/octet-stream", "multipart/form-data"}


@each_operation
def test_every_body_has_an_example_that_fits(operation: dict[str, Any]) -> None:
    for media, body in bodies(operation):
        if media in FILES:
            continue
        shape = body["schema"] | {"components": SCHEMA["components"]}
        mistakes = Draft202012Validator(shape).iter_errors(body["example"])
        assert [mistake.message for mistake in mistakes] == []


def test_a_serializer_says_what_its_fields_hold() -> None:
    me = SCHEMA["paths"][f"{API}/me/"]["get"]["responses"]["200"]
    given = SCHEMA["components"]["schemas"]["PatchedTeamRequest"]["properties"]["name"]

    assert me["content"]["application/json"]["example"]["display_name"] == "Alice"
    assert given["examples"] == ["Front line"]


@each_operation
def test_what_is_taken_may_be_refused(operation: dict[str, Any]) -> None:
    if "requestBody" in operation:
        assert {"400", "413", "415"} <= operation["responses"].keys()


def test_no_operation_is_named_twice() -> None:
    names = [operation["operationId"] for _, operation in operations()]

    assert len(set(names)) == len(names)


# --- the server does what the schema says -------------------------------------
class Centre:
    """Whom an operation is asked by, and about what."""

    def __init__(
        self, chats: list[Chat], rows: dict[str, int], tokens: dict[str, str]
    ) -> None:
        self._chats = chats
        self._rows = rows
        self._tokens = tokens
        self._asked = 0

    def prepare(self, case: Case[Any]) -> dict[str, str]:
        """Let each ask in turn, two of three times about something that exists; return
        the headers."""
        asker = ASKERS[self._asked % len(ASKERS)]
        is_about_something = self._asked // len(ASKERS) % 3 < 2
        chat = self._chats[self._asked % len(self._chats)]
        self._asked += 1
        if is_about_something:
            for name in case.path_parameters or {}:
                case.path_parameters[name] = self._row(name, case.path, chat)
        token = chat.token if asker == "customer" else self._tokens[asker]
        return {"Authorization": f"Bearer {token}"}

    def _row(self, name: str, path: str, chat: Chat) -> str | int:
        if name == "contact_id":
            return str(chat.id)
        if name == "key":
            return "direct"
        section = path.removeprefix(API).strip("/").split("/")[0]
        return self._rows.get(section, 1)


@pytest.fixture
def centre(
    settings: LazySettings,
    acme: Organisation,
    alice: Agent,
    bob: Agent,
    ada: Agent,
    direct: EntryPoint,
    support: Queue,
    escalated: WrapUpCode,
) -> Centre:
    settings.CONTACTS_PER_MINUTE = 0
    settings.MESSAGES_PER_MINUTE = 0
    chats = [
        steps.completed(alice, direct),
        steps.in_wrap_up(alice, direct),
        steps.connected(alice, direct, customer={"name": "Dora"}),
        steps.offered(alice, direct),
    ]
    steps.say(chats[2], "Hello")
    steps.go_available(bob)
    queue = QueueFactory.create(organisation=acme, name="Spare")
    rows = {
        "organisation": acme.pk,
        "agents": bob.pk,
        "teams": Team.objects.get().pk,
        "multimedia-profiles": MultimediaProfile.objects.get().pk,
        "idle-codes": IdleCode.objects.filter(organisation=acme)[0].pk,
        "skills": SkillFactory.create(organisation=acme).pk,
        "queues": queue.pk,
        "hours": HoursFactory.create(organisation=acme).pk,
        "entry-points": direct.pk,
        "articles": ArticleFactory.create(organisation=acme).pk,
        "assistants": AssistantFactory.create(organisation=acme).pk,
        "predefined-responses": PredefinedResponseFactory.create(organisation=acme).pk,
        "wrapup-codes": escalated.pk,
        "people": bob.pk,
        "blocks": BlockFactory.create(organisation=acme).pk,
    }
    tokens = {"administrator": steps.token_of(ada), "agent": steps.token_of(alice)}
    rows["tokens"] = AccessToken.objects.filter(agent=alice).latest("pk").pk
    return Centre(chats, rows, tokens)


@pytest.mark.thorough
@api.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_server_answers_as_documented(case: Case[Any], centre: Centre) -> None:
    headers = centre.prepare(case)

    case.call_and_validate(
        headers=headers,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_headers_conformance,
            response_schema_conformance,
        ],
    )
