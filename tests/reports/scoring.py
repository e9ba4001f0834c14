"""What the stories of reviews begin with: a form, and a chat that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.test import Client

from reports.models import Criterion
from tests import steps
from tests.factories import AssignmentFactory, ContactFactory, CriterionFactory
from tests.steps import API, Json, client_for, for_agents

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from contacts.models import Contact
    from queues.models import Queue
    from tests.steps import Chat


def form_of(organisation: Organisation) -> tuple[Criterion, Criterion]:
    """Return the two criteria of a form: the first counts twice, the second may be left
    out."""
    greeting = CriterionFactory.create(
        organisation=organisation, name="Greeting", weight=2, position=1
    )
    language = CriterionFactory.create(
        organisation=organisation, name="Language", position=2, is_optional=True
    )
    return greeting, language


def marks(greeting: int | None = 5, language: int | None = 2) -> list[Json]:
    names = {"Greeting": greeting, "Language": language}
    rows = Criterion.objects.filter(name__in=names).order_by("position")
    keys = rows.values_list("name", "pk")
    return [{"criterion": pk, "value": names[name]} for name, pk in keys]


def review(who: Agent, chat: Chat, **body: Any) -> Any:
    """Ask for a review, of 5 and 2 unless told otherwise."""
    body = {"scores": marks(), **body}
    return client_for(who).post(for_agents(chat, "reviews"), body, format="json")


def reviewed(who: Agent, chat: Chat, **body: Any) -> Json:
    answer = review(who, chat, **body)
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def read(who: Agent, **asked: Any) -> list[Json]:
    """Return the reviews that the person reads."""
    answer = client_for(who).get(f"{API}/reviews/", asked)
    assert answer.status_code == 200, answer.content
    rows: list[Json] = answer.json()["results"]
    return rows


def change(who: Agent, stored: Json, **body: Any) -> Any:
    url = f"{API}/reviews/{stored['id']}/"
    return client_for(who).patch(url, body, format="json")


def remove(who: Agent, stored: Json) -> Any:
    return client_for(who).delete(f"{API}/reviews/{stored['id']}/")


def mark_read(who: Agent, stored: Json) -> None:
    url = f"{API}/reviews/{stored['id']}/read/"
    assert client_for(who).post(url).status_code == 204


def browser_of(person: Agent) -> Client:
    client = Client(REMOTE_ADDR=steps.somewhere())
    client.force_login(person)
    return client


def page_of(chat: Chat | Contact) -> str:
    return f"/reports/quality/{chat.id}/"


def sheet(greeting: str = "5", language: str = "2", **more: str) -> dict[str, str]:
    keys = dict(Criterion.objects.values_list("name", "pk"))
    scores = {"Greeting": greeting, "Language": language}
    named = {f"score-{keys[name]}": value for name, value in scores.items()}
    return {**named, "comment": "", **more}


def ended(alice: Agent, queue: Queue, **fields: Any) -> Contact:
    row = ContactFactory.create(
        organisation=queue.organisation, queue=queue, ended=True, **fields
    )
    AssignmentFactory.create(
        contact=row, agent=alice, queue=queue, completed=True, outcome="end"
    )
    return row
