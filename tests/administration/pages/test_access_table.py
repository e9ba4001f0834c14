"""docs/access.md is right, and complete, about the administration."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse

from agents.models import Agent, Organisation, Role
from tests import factories
from tests.access import table
from tests.administration.pages.site import MODELS, REGISTRY, page
from tests.administration.pages.world import World
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

pytestmark = pytest.mark.thorough

ROWS = ("change", "delete", "history")
OUTSIDERS = (Role.AGENT, Role.SUPERVISOR, Role.INTEGRATION)


def name(model: type[Model]) -> str:
    return str(model._meta.verbose_name_plural)


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def served(client: Client, model: type[Model], row: Any) -> str:
    """Return what a cell says: the pages of this kind of row that are served."""
    answers = {
        "list": client.get(page(model, "changelist")),
        "add": client.get(page(model, "add")),
        **{each: client.get(page(model, each, row.pk)) for each in ROWS},
        **{each: client.get(page(model, each)) for each in files(model)},
    }
    found = [
        each
        for each, answer in answers.items()
        if answer.status_code == 200 or is_within(answer)
    ]
    if "change" in found and b'name="_save"' not in answers["change"].content:
        found[found.index("change")] = "read"
    return " ".join(found) or "-"


def files(model: type[Model]) -> tuple[str, ...]:
    if hasattr(REGISTRY[model], "resource_classes"):
        return ("import", "export")
    return ("export",) if hasattr(REGISTRY[model], "export_view") else ()


def is_within(answer: Any) -> bool:
    """Whether this leads on to another page of the same section."""
    return bool(answer.status_code == 302 and answer["Location"].startswith("/admin/"))


@pytest.mark.parametrize("role", ["administrator", "superuser"])
def test_what_is_served(own: World, greta: Agent, role: str) -> None:
    root = Agent.objects.create_superuser("root@parley.example", PASSWORD)
    client = client_of(greta if role == "administrator" else root)

    found = {name(model): served(client, model, own[model]) for model in MODELS}

    assert found == {row: cells[role] for row, cells in table("Administration").items()}


def addresses(rows: World) -> Iterator[str]:
    """Yield every address of the administration, as its site has them."""
    for pattern in admin.site.get_urls():
        for each in getattr(pattern, "url_patterns", [pattern]):
            yield from _address(getattr(each, "name", None), rows)
    for model, row in rows.items():
        if model in MODELS:
            yield from (page(model, each, row.pk) for each in ROWS)


def _address(pattern: str | None, rows: World) -> Iterator[str]:
    if pattern not in {None, "login", "logout"}:
        # What takes a row comes from elsewhere.
        with contextlib.suppress(NoReverseMatch):
            yield reverse(f"admin:{pattern}")


@pytest.mark.parametrize("role", OUTSIDERS)
def test_who_does_not_administer_stays_outside(own: World, role: Role) -> None:
    somebody = factories.AgentFactory.create(organisation=own[Organisation], role=role)
    client, wrong = client_of(somebody), []
    for path in addresses(own):
        answer = client.get(path)
        is_sent = answer.status_code == 302 and "/admin/login/" in answer["Location"]
        if not is_sent and answer.status_code != 403:
            wrong.append((path, answer.status_code))

    assert wrong == []


def test_nobody_stays_outside(own: World) -> None:
    client, wrong = Client(), []
    for path in addresses(own):
        answer = client.get(path)
        if answer.status_code != 302 or not answer["Location"].startswith(
            ("/?next=", "/admin/login/?next=")
        ):
            wrong.append((path, answer.status_code))

    assert len(list(addresses(own))) > len(MODELS) * 5
    assert wrong == []


def test_rows_of_another_organisation_are_unknown(theirs: World, greta: Agent) -> None:
    client, wrong = client_of(greta), []
    for model in MODELS:
        for each in ROWS:
            answer = client.get(page(model, each, theirs[model].pk))
            if answer.status_code not in {403, 404}:
                wrong.append((model, each, answer.status_code))

    assert wrong == []
