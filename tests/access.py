"""docs/access.md as a table, and two centres with somebody of every role."""

from __future__ import annotations

import re
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from agents.models import Agent, IdleCode, MultimediaProfile, Organisation, Role
from agents.services import api_tokens
from contacts.models import AttachmentStatus, SenderKind
from contacts.services import file_store, notes
from core import clock
from tests import cast, factories, steps
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.steps import Chat

PAGE = Path(__file__).resolve().parent.parent / "docs" / "access.md"
YES = "yes"
ROLES = (
    "agent",
    "colleague",
    "supervisor",
    "administrator",
    "integration",
    "superuser",
    "customer",
    "nobody",
)
METHODS = {"get", "post", "put", "patch", "delete"}
REFUSALS = {401, 403, 404}

Table = dict[str, dict[str, str]]


# --- the table -----------------------------------------------------------------
@cache
def table(heading: str) -> Table:
    """Return {row: {role: cell}} of the table below this heading."""
    _, _, rest = PAGE.read_text().partition(f"\n## {heading}\n")
    section = rest.partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    _, *roles = _cells(lines[0])
    rows = map(_cells, lines[2:])
    return {row[0].strip("`"): dict(zip(roles, row[1:], strict=True)) for row in rows}


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


@cache
def operations() -> list[tuple[str, str]]:
    """Return (method, path) of every REST operation, as the schema has them."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    return [
        (method.upper(), path)
        for path, methods in schema["paths"].items()
        for method in methods
        if method in METHODS
    ]


# --- the people ------------------------------------------------------------------
@dataclass(frozen=True)
class Centre:
    """An organisation with a row of every kind, and somebody of every role."""

    organisation: Organisation
    people: dict[str, Agent]
    chat: Chat
    over: uuid.UUID
    ids: dict[str, int]
    key: str
    file: str
    unsent: dict[str, str]

    def secret_of(self, role: str) -> str | None:
        """Return the bearer token of the role; None: nobody's."""
        if role == "nobody":
            return None
        if role == "customer":
            return self.chat.token
        return steps.token_of(self.people[role])

    def client_of(self, role: str) -> APIClient:
        secret = self.secret_of(role)
        return steps.with_token(secret) if secret else APIClient()

    def path(self, path: str, method: str = "GET") -> str:
        """Fill in the ids of this organisation's rows."""
        if method == "DELETE":
            whose = "customer" if "/chat/" in path else "agent"
            path = path.replace("{attachment_id}", self.unsent[whose])
        return re.sub(r"{(\w+)}", lambda match: self._id(path, match[1]), path)

    def address(self, route: str) -> str:
        """Fill in what the route of a page asks for; of contacts one that is over."""
        parts = {
            "<slug:key>": self.key,
            "<uuid:contact_id>": str(self.over),
            "<int:review_id>": str(self.ids["reviews"]),
            "<int:run_id>": "0",
        }
        for part, value in parts.items():
            route = route.replace(part, value)
        return route

    def _id(self, path: str, name: str) -> str:
        if name == "contact_id":
            return str(self.chat.id)
        named = {"key": self.key, "name": "queues"}  # a report's, the same for all
        if name in named:
            return named[name]
        if name == "note_id":
            return str(self.ids["notes"])
        if name == "attachment_id":
            return self.file
        if name == "seq":
            return str(self.ids["seq"])
        kind = path.removeprefix(f"{steps.API}/").partition("/")[0]
        return str(self.ids[kind])


def centre(name: str) -> Centre:
    """Return a centre; its name is in every text of its rows."""
    organisation = cast.organisation(name)
    team = factories.TeamFactory.create(organisation=organisation, name=f"{name} team")

    def person(title: str, role: Role) -> Agent:
        teams = [team] if role in {Role.AGENT, Role.SUPERVISOR} else []
        return cast.person(f"{name}-{title}", organisation, role=role, teams=teams)

    people = {
        "agent": person("agent", Role.AGENT),
        "colleague": person("colleague", Role.AGENT),
        "supervisor": person("supervisor", Role.SUPERVISOR),
        "administrator": person("administrator", Role.ADMINISTRATOR),
        "integration": person("integration", Role.INTEGRATION),
    }
    own: dict[str, Any] = {"organisation": organisation}
    queue = factories.QueueFactory.create(name=f"{name} queue", teams=[team], **own)
    entry_point = factories.EntryPointFactory.create(
        key=f"{name.lower()}-web", name=f"{name} web", queue=queue, **own
    )
    factories.LogoFactory.create(entry_point=entry_point)
    factories.ProactiveRuleFactory.create(entry_point=entry_point)
    assistant = factories.AssistantFactory.create(name=f"{name} assistant", **own)
    hours = factories.HoursFactory.create(name=f"{name} hours", **own)
    response = factories.PredefinedResponseFactory.create(name=f"{name} text", **own)
    skill = factories.SkillFactory.create(name=f"{name} skill", **own)
    article = factories.ArticleFactory.create(title=f"{name} article", **own)
    kept = factories.PredefinedResponseFactory.create(
        name=f"{name} kept", owner=people["agent"], **own
    )
    token, _ = api_tokens.create(
        agent=people["integration"],
        name=f"{name} token",
        scopes=["read"],
        by=people["administrator"],
        now=clock.now(),
    )
    chat = steps.connected(
        people["agent"], entry_point, customer={"name": f"{name} customer"}
    )
    note = notes.write_about_customer(
        share=chat.contact.assignments.get(), text=f"{name} note", now=clock.now()
    )
    block = factories.BlockFactory.create(reason=f"{name} reason", **own)
    criterion = factories.CriterionFactory.create(name=f"{name} criterion", **own)
    over = factories.ContactFactory.create(ended=True, queue=queue, **own)
    factories.AssignmentFactory.create(
        contact=over, agent=people["agent"], queue=queue, completed=True
    )
    review = factories.ReviewFactory.create(
        contact=over,
        agent=people["agent"],
        reviewer=people["supervisor"],
        comment=f"{name} comment",
    )
    return Centre(
        organisation=organisation,
        people=people,
        chat=chat,
        over=over.pk,
        key=entry_point.key,
        file=_sent_file(chat, people["agent"]),
        unsent=_unsent_files(chat, people["agent"]),
        ids={
            "agents": people["colleague"].pk,
            "people": people["colleague"].pk,
            "teams": team.pk,
            "multimedia-profiles": _one(MultimediaProfile, organisation),
            "idle-codes": _one(IdleCode, organisation),
            "wrapup-codes": _one(WrapUpCode, organisation),
            "skills": skill.pk,
            "queues": queue.pk,
            "hours": hours.pk,
            "entry-points": entry_point.pk,
            "assistants": assistant.pk,
            "articles": article.pk,
            "predefined-responses": response.pk,
            "me": kept.pk,
            "tokens": token.pk,
            "blocks": block.pk,
            "quality": criterion.pk,
            "reviews": review.pk,
            "notes": note.pk,
            "seq": _line_by_mail(chat),
        },
    )


def _sent_file(chat: Chat, agent: Agent) -> str:
    """Return the id of a file that was sent in the chat."""
    message = steps.say(agent, "Here it is", to=chat)
    row = factories.AttachmentFactory.create(
        contact=chat.contact,
        message=chat.contact.messages.get(seq=message["seq"]),
        status=AttachmentStatus.SENT,
        file=file_store.store(BytesIO(b"Hello")),
    )
    return str(row.pk)


def _line_by_mail(chat: Chat) -> int:
    """Return the number of an agent's line whose mail has failed."""
    lines = chat.contact.messages.filter(sender_kind=SenderKind.AGENT, kind="text")
    lines.update(mail="failed")
    return lines.get().seq


def _unsent_files(chat: Chat, agent: Agent) -> dict[str, str]:
    """Return by sender the ids of files that wait for their messages."""
    kinds = {
        "customer": (SenderKind.CUSTOMER, None),
        "agent": (SenderKind.AGENT, agent),
    }
    return {
        whose: str(
            factories.AttachmentFactory.create(
                contact=chat.contact, sender_kind=kind, sender_agent=sender
            ).pk
        )
        for whose, (kind, sender) in kinds.items()
    }


def _one(model: Any, organisation: Organisation) -> int:
    pk: int = model.objects.filter(organisation=organisation).order_by("pk")[0].pk
    return pk


def unknown(path: str) -> str:
    """Fill in ids that nothing has."""
    return re.sub(
        r"{(\w+)}",
        lambda match: {
            "contact_id": str(uuid.uuid4()),
            "attachment_id": str(uuid.uuid4()),
            "key": "unknown",
        }.get(match[1], "2147483000"),
        path,
    )


# --- asking ------------------------------------------------------------------------
def ask(client: APIClient, method: str, path: str) -> Any:
    """Return the answer to a request without values; what it changed is undone."""
    with _undone():
        answer: Any = client.generic(
            method,
            path,
            "{}" if method not in {"GET", "DELETE"} else "",
            content_type="application/json",
            REMOTE_ADDR=steps.somewhere(),
        )
    if not answer.streaming:
        return answer
    content = b"".join(answer.streaming_content)
    answer.close()
    return HttpResponse(content, status=answer.status_code)


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def verdict(status: int) -> str:
    """Return what a cell says of an answer: yes, or the refusal."""
    return str(status) if status in REFUSALS else YES
