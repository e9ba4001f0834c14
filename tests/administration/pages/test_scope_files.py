"""Files, as the administrator of another organisation and outsiders meet them.

Greta of Globex tells files of everything of Acme's: she learns nothing, and nothing
of theirs changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from agents.models import Agent, Organisation, Role, Team
from queues.models import PredefinedResponse, Queue
from tests import factories
from tests.administration.pages.files import confirm, mistakes, preview, written
from tests.administration.pages.site import MODELS, REGISTRY, page, says_nothing
from tests.administration.pages.world import MARK, World

if TYPE_CHECKING:
    from django.db.models import Model

pytestmark = pytest.mark.thorough

KINDS = [model for model in MODELS if hasattr(REGISTRY[model], "resource_classes")]
IDS = [model._meta.label_lower for model in KINDS]
every_kind = pytest.mark.parametrize("model", KINDS, ids=IDS)
PAGES = ("import", "export")


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def row_of(model: type[Model], row: Any) -> tuple[list[str], list[str]]:
    """Return the columns no file can do without, and what this row has there."""
    names = list(REGISTRY[model].resource_classes[0].needed)
    return names, [str(getattr(row, name)) for name in names]


def test_there_is_something_to_walk() -> None:
    assert len(KINDS) == 5


@every_kind
@pytest.mark.parametrize("name", PAGES)
def test_pages_and_files_say_nothing(
    gretas_browser: Client, theirs: World, model: type[Model], name: str
) -> None:
    address = page(model, name)

    says_nothing(gretas_browser.get(address), 200)
    says_nothing(gretas_browser.get(address, {"q": MARK[:-1]}), 200)
    for asked in ("id", "id__exact", "pk__in", "organisation", "name__startswith"):
        answer = gretas_browser.get(address, {asked: theirs[model].pk})
        says_nothing(answer, 200, 302, 400)


@every_kind
def test_an_export_has_own_rows(
    gretas_browser: Client, own: World, model: type[Model]
) -> None:
    content = gretas_browser.get(page(model, "export")).content.decode()

    assert str(getattr(own[model], row_of(model, own[model])[0][0])) in content


@every_kind
def test_a_foreign_row_is_not_matched(
    writer: Client, theirs: World, own: World, model: type[Model]
) -> None:
    names, row = row_of(model, theirs[model])
    before = model._default_manager.filter(pk=theirs[model].pk).values().get()

    shown = preview(writer, model, written(names, row))

    if model is Agent:
        # The address is taken; by whom is not said.
        assert [column for _, column, _ in mistakes(shown)] == ["email"]
    else:
        confirm(writer, model, shown)
        made = model._default_manager.filter(**{names[0]: row[0]})
        assert set(made.values_list("organisation", flat=True)) == {
            own[Organisation].pk,
            theirs[Organisation].pk,
        }
    assert model._default_manager.filter(pk=theirs[model].pk).values().get() == before


@pytest.mark.parametrize(
    ("model", "column", "target"),
    [
        (PredefinedResponse, "queues", Queue),
        (Agent, "teams", Team),
    ],
)
def test_references_are_own_rows(
    gretas_browser: Client,
    own: World,
    theirs: World,
    model: type[Model],
    column: str,
    target: type[Model],
) -> None:
    names, row = row_of(model, own[model])
    for told in (str(theirs[target]), str(theirs[target].pk), str(own[target].pk)):
        text = written([*names, column], [*row, told])

        found = mistakes(preview(gretas_browser, model, text))

        assert found == [(2, column, f"There is no “{told}” here.")]


@every_kind
def test_a_preview_is_its_readers(
    writer: Client, theirs: World, model: type[Model]
) -> None:
    names, row = row_of(model, theirs[model])
    spy = factories.AgentFactory.create(
        organisation=theirs[Organisation], role=Role.ADMINISTRATOR
    )
    text = written(names, [f"new{cell}" for cell in row])
    shown = preview(client_of(spy), model, text)
    before = model._default_manager.count()

    answer = confirm(writer, model, shown)
    tampered = writer.post(page(model, "process_import"), {"file": "made-up"})

    assert answer["Location"] == tampered["Location"] == page(model, "import")
    assert model._default_manager.count() == before


def test_a_preview_is_of_its_kind(adas_browser: Client, ada: Agent) -> None:
    codes = [model for model in KINDS if "code" in model._meta.label_lower]
    shown = preview(adas_browser, codes[0], "name\nLunch\n")

    answer = confirm(adas_browser, codes[1], shown)

    assert answer["Location"] == page(codes[1], "import")
    assert not codes[1]._default_manager.filter(name="Lunch").exists()


@every_kind
def test_the_platforms_superuser_has_no_files(root: Agent, model: type[Model]) -> None:
    client = client_of(root)

    content = client.get(page(model, "changelist")).content.decode()

    assert page(model, "import") not in content
    assert page(model, "export") not in content
    for name in PAGES:
        assert client.get(page(model, name)).status_code == 403
    assert preview(client, model, "name\nLunch\n").status_code == 403
    answer = client.post(page(model, "process_import"), {"file": ""})
    assert answer.status_code == 403


@every_kind
@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.INTEGRATION])
def test_who_does_not_administer_has_no_files(
    own: World, model: type[Model], role: Role
) -> None:
    client = client_of(
        factories.AgentFactory.create(organisation=own[Organisation], role=role)
    )
    names, row = row_of(model, own[model])
    before = list(model._default_manager.values())

    answers = [
        client.get(page(model, "import")),
        client.get(page(model, "export")),
        preview(client, model, written(names, [f"new{row[0]}", *row[1:]])),
        client.post(page(model, "process_import"), {"file": ""}),
    ]

    for answer in answers:
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")
    assert list(model._default_manager.values()) == before


@every_kind
def test_buttons_and_pages_need_no_inline_script_or_style(
    writer: Client, own: World, model: type[Model]
) -> None:
    names, row = row_of(model, own[model])
    lists = writer.get(page(model, "changelist"))
    shown = [
        lists,
        writer.get(page(model, "import")),
        preview(writer, model, written(names, [f"new{row[0]}", *row[1:]])),
        preview(writer, model, written(names, ["", *row[1:]])),
    ]

    content = lists.content.decode()
    assert f'"{page(model, "export")}' in content
    assert f"'{page(model, 'import')}'" in content
    for each in shown:
        content = each.content.decode()
        assert " style=" not in content
        assert "<style" not in content
        assert " onclick=" not in content
        assert content.count("<script") == content.count(" src=") - content.count(
            "<img"
        )
