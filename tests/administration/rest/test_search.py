"""Every list of configuration is searched in folded columns, and every door fills them
(D34, D35)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core.management import call_command

from agents.models import Agent, Folding, Organisation, Team
from core.folding import made_fields
from queues.models import PredefinedResponse, Queue
from tests import factories, steps
from tests.administration.pages.files import doings, preview, take, written
from tests.administration.pages.site import add, change, page
from tests.steps import API, client_for, refuses
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from django.db.models import Model
    from django.test import Client

    from queues.models import EntryPoint
    from tests.steps import Json

pytestmark = pytest.mark.telling

NAME = "Caf\u00e9 Stra\u00dfe"
OTHER_WAYS = ["CAFE", "strasse cafe\u0301", "\uff23af\u00e9 s\u200btr"]
SECTIONS: dict[str, type[Any]] = {
    "agents": factories.AgentFactory,
    "teams": factories.TeamFactory,
    "multimedia-profiles": factories.MultimediaProfileFactory,
    "idle-codes": factories.IdleCodeFactory,
    "queues": factories.QueueFactory,
    "hours": factories.HoursFactory,
    "entry-points": factories.EntryPointFactory,
    "assistants": factories.AssistantFactory,
    "articles": factories.ArticleFactory,
    "predefined-responses": factories.PredefinedResponseFactory,
    "wrapup-codes": factories.WrapUpCodeFactory,
}
FOLDING = [model for model in apps.get_models() if issubclass(model, Folding)]


def found(administrator: Agent, section: str, asked: str) -> list[int]:
    answer = client_for(administrator).get(f"{API}/{section}/", {"q": asked})
    assert answer.status_code == 200
    return [row["id"] for row in answer.json()["results"]]


def make(section: str, organisation: Organisation, name: str) -> Any:
    field = {"agents": "display_name", "articles": "title"}.get(section, "name")
    return SECTIONS[section].create(organisation=organisation, **{field: name})


@pytest.mark.parametrize("section", SECTIONS)
def test_every_list_is_searched_alike(acme: Organisation, section: str) -> None:
    ada = factories.AgentFactory.create(organisation=acme, role="administrator")
    row = make(section, acme, NAME)
    make(section, acme, "Cafeteria")

    for asked in OTHER_WAYS[1:]:
        assert found(ada, section, asked) == [row.pk]
    assert len(found(ada, section, OTHER_WAYS[0])) == 2
    assert found(ada, section, "cafe%") == found(ada, section, "c_fe") == []


@pytest.mark.parametrize("section", SECTIONS)
def test_every_page_is_searched_alike(
    client: Client, acme: Organisation, ada: Agent, section: str
) -> None:
    row = make(section, acme, NAME)
    make(section, acme, "Cafeteria")
    client.force_login(ada)

    for asked in OTHER_WAYS[1:]:
        shown = client.get(page(type(row), "changelist"), {"q": asked})
        assert list(shown.context["cl"].result_list) == [row]


def test_a_field_is_completed_however_one_types(
    client: Client, acme: Organisation, ada: Agent
) -> None:
    team = make("teams", acme, NAME)
    client.force_login(ada)
    asked = {
        "app_label": "queues",
        "model_name": "distributiongroup",
        "field_name": "team",
        "term": "STRASSE cafe",
    }

    answer = client.get("/admin/autocomplete/", asked)

    assert [row["id"] for row in answer.json()["results"]] == [str(team.pk)]


# --- what fills the columns ---------------------------------------------------------
def check(model: type[Model]) -> int:
    """Return how many rows there are; each has what it is searched by."""
    rows = list(model._default_manager.all())
    for row in rows:
        for field in made_fields(model):
            assert getattr(row, field.attname) == field.made_of(row), row
    return len(rows)


def test_the_demo_fills_them(db: None) -> None:
    call_command("demo", verbosity=0)

    counts = {model._meta.label: check(model) for model in FOLDING}

    empty = {label for label, count in counts.items() if not count}
    assert empty == {
        *("agents.AccessToken", "agents.Mail", "agents.SuppressedAddress"),
        *("contacts.Block", "contacts.Customer"),
    }


@pytest.mark.parametrize("model", FOLDING, ids=lambda model: model._meta.label)
def test_to_store_a_row_is_to_fill_them(acme: Organisation, model: type[Any]) -> None:
    factory = getattr(factories, f"{model.__name__}Factory")
    row = factory.create(**({} if model is Organisation else own_of(model, acme)))
    names = [name for field in made_fields(model) for name in field.of]
    searched = {"name", "display_name", "title", "subject", "address", "reason"}
    [name] = searched & set(names)
    check(model)

    setattr(row, name, "Caf\u00e9")
    row.save(update_fields=[name])
    after_one_column = type(row).objects.get(pk=row.pk).folded
    row.delete()
    row.pk = None
    model.objects.bulk_create([row])

    assert "cafe" in after_one_column
    assert check(model)


def own_of(model: type[Any], organisation: Organisation) -> Json:
    has_one = any(field.name == "organisation" for field in model._meta.fields)
    return {"organisation": organisation} if has_one else {}


def test_every_door_fills_them(
    client: Client, acme: Organisation, ada: Agent, direct: EntryPoint
) -> None:
    by_rest, own = client_for(ada), {"organisation": acme}
    client.force_login(ada)

    by_rest.post(f"{API}/teams/", {"name": "\u00c9quipe"}, format="json")
    by_rest.patch(
        f"{API}/agents/{ada.pk}/", {"display_name": "\u00c4da"}, format="json"
    )
    add(client, Queue, name="\u00c4rger", description="Gro\u00df")
    change(client, factories.TeamFactory.create(name="Old", **own), name="N\u00e9w")
    take(
        client,
        PredefinedResponse,
        ("name", "text"),
        ["Gr\u00fc\u00dfe", "H\u00f6flich"],
    )
    steps.open_chat(direct, customer={"name": "Zo\u00eb", "email": "ZOE@example.com"})

    assert found(ada, "teams", "equipe")
    assert found(ada, "teams", "new")
    assert found(ada, "agents", "ada") == [ada.pk]
    assert found(ada, "queues", "gross arger")
    assert found(ada, "predefined-responses", "hoflich grusse")
    for model in FOLDING:
        check(model)


# --- names ----------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["ALICE", "Alic\u0065\u0301", "A\u200blice"])
def test_a_colleagues_name_is_refused(
    client: Client, ada: Agent, alice: Agent, bob: Agent, name: str
) -> None:
    by_rest = client_for(ada)
    client.force_login(ada)
    row = [bob.email, name]

    patched = by_rest.patch(
        f"{API}/agents/{bob.pk}/", {"display_name": name}, format="json"
    )
    by_page = change(client, bob, display_name=name)
    by_file = preview(client, Agent, written(("email", "display_name"), row))

    refuses(patched, 400, "invalid", errors=["display_name"])
    assert patched.json()["errors"]["display_name"] == ["A colleague has this name."]
    assert "A colleague has this name." in by_page.content.decode()
    assert [mistake[1] for mistake in by_file.context["mistakes"]] == ["display_name"]
    bob.refresh_from_db()
    assert bob.display_name == "Bob"


def test_a_file_finds_names_however_they_are_written(
    client: Client, acme: Organisation, ada: Agent, support: Queue
) -> None:
    client.force_login(ada)
    own = {"organisation": acme}
    row = factories.PredefinedResponseFactory.create(
        name="Caf\u00e9", text="Old", **own
    )
    rows = [["CAFE\u0301", "New", "SUPPORT"]]

    shown = preview(
        client, PredefinedResponse, written(("name", "text", "queues"), *rows)
    )
    take(client, PredefinedResponse, ("name", "text", "queues"), *rows)

    assert doings(shown) == ["Changed"]
    row.refresh_from_db()
    assert (row.name, row.text) == ("Caf\u00e9", "New")
    assert list(row.queues.all()) == [support]


def test_a_name_in_a_file_that_could_be_two_is_none_of_them(
    client: Client, acme: Organisation, ada: Agent
) -> None:
    client.force_login(ada)
    for name in ("Done", "DONE"):
        factories.WrapUpCodeFactory.create(organisation=acme, name=name)
    rows = [["done", "a"], ["DONE", "b"]]

    one = preview(client, WrapUpCode, written(("name", "description"), rows[0]))
    both = preview(client, WrapUpCode, written(("name", "description"), *rows))
    exact = preview(client, WrapUpCode, written(("name", "description"), rows[1]))

    assert doings(one) == ["New"]
    assert [row for row, *_ in both.context["mistakes"]] == [3]
    assert doings(exact) == ["Changed"]


def test_who_signs_in_with_an_address_is_nobody_else(
    client: Client, acme: Organisation, ada: Agent, front_line: Team
) -> None:
    client.force_login(ada)
    factories.AgentFactory.create(organisation=acme, email="zoe@bucher.example")
    row = ["zoe@b\u00fccher.example", "Zoe"]

    shown = preview(client, Agent, written(("email", "display_name"), row))

    assert doings(shown) == ["New"]
