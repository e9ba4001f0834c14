"""The whole admin, walked by the administrator of another organisation.

Greta of Globex asks for everything of Acme's, in every way the site offers: she is
told nothing, and nothing changes. What there is to walk comes from the site itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.urls import reverse

from agents.models import Agent, Organisation, Team
from queues.models import DistributionGroup, Intent, Queue
from tests import factories
from tests.administration.pages.site import (
    IDS,
    MODELS,
    REGISTRY,
    filters,
    page,
    says_nothing,
)
from tests.administration.pages.world import MARK, World

if TYPE_CHECKING:
    from django.test import Client

    from tests.clockwork import Clockwork

pytestmark = pytest.mark.thorough

QUESTIONS = (
    "organisation",
    "organisation__id",
    "organisation__id__exact",
    "organisation__name__startswith",
    "organisation__agents__password__startswith",
    "agent__password__startswith",
    "agents__password__startswith",
    "customer__contacts__messages__text__contains",
    "password__startswith",
    "identity_secret__startswith",
    "webhook_secret__startswith",
    "email__startswith",
    "name__startswith",
    "pk__in",
    "id",
    "id__exact",
)
WAYS = (
    {"_facets": "True"},
    {"_popup": "1"},
    {"_popup": "1", "_to_field": "id"},
    {"_to_field": "organisation"},
    {"_to_field": "password"},
    {"_to_field": "email"},
    {"_to_field": "key"},
    {"all": ""},
    {"o": "1.-2.3.4"},
    {"o": "99"},
    {"p": "2"},
    {"e": "1"},
    {"_changelist_filters": "organisation__id__exact=1"},
)
every_model = pytest.mark.parametrize("model", MODELS, ids=IDS)


# --- Lists --------------------------------------------------------------------
@every_model
def test_the_list_shows_own_rows_only(
    gretas_browser: Client, model: type[Model]
) -> None:
    says_nothing(gretas_browser.get(page(model, "changelist")), 200, 302)


@every_model
def test_the_search_finds_own_rows_only(
    gretas_browser: Client, model: type[Model]
) -> None:
    response = gretas_browser.get(page(model, "changelist"), {"q": MARK[:-1]})

    says_nothing(response, 200, 302)


@every_model
def test_a_filter_by_a_foreign_row_tells_nothing(
    gretas_browser: Client, theirs: World, model: type[Model]
) -> None:
    for path in filters(model):
        foreign = theirs[related(model, path) or model]
        for lookup in ("", "__exact", "__id__exact", "__in", "__isnull", "__gte"):
            for value in (str(foreign.pk), MARK[:-1]):
                asked = {f"{path}{lookup}": value}
                response = gretas_browser.get(page(model, "changelist"), asked)
                says_nothing(response, 200, 302, 400)


def related(model: type[Model], path: str) -> Any:
    """Return the model at the end of a filter's path; None for a plain column, or a
    filter with choices of its own."""
    found: Any = model
    for name in path.split("__"):
        try:
            found = found._meta.get_field(name).related_model
        except FieldDoesNotExist:
            return None
    return found


@every_model
def test_a_list_answers_no_questions_but_its_filters(
    gretas_browser: Client, theirs: World, model: type[Model]
) -> None:
    for asked in QUESTIONS:
        for value in (theirs[model].pk, "a", "1"):
            response = gretas_browser.get(page(model, "changelist"), {asked: value})

            says_nothing(response, 302, 400)


@every_model
def test_a_list_in_every_other_way(gretas_browser: Client, model: type[Model]) -> None:
    for asked in WAYS:
        says_nothing(
            gretas_browser.get(page(model, "changelist"), asked), 200, 302, 400
        )


@every_model
def test_counts_are_of_own_rows(
    gretas_browser: Client, own: World, model: type[Model]
) -> None:
    response = gretas_browser.get(page(model, "changelist"), {"_facets": "True"})

    if response.status_code == 200:
        changelist = response.context["cl"]
        assert changelist.result_count == len(changelist.result_list)
        assert changelist.full_result_count in {None, changelist.result_count}
        for row in changelist.result_list:
            assert REGISTRY[model].organisation_of(row) == own[Organisation].pk


# --- Single rows --------------------------------------------------------------
@every_model
@pytest.mark.parametrize("name", ["change", "delete", "history"])
def test_a_foreign_row_does_not_exist(
    gretas_browser: Client, theirs: World, model: type[Model], name: str
) -> None:
    address = page(model, name, theirs[model].pk)

    says_nothing(gretas_browser.get(address), 403, 404)
    says_nothing(
        gretas_browser.get(address, {"_popup": "1", "_to_field": "id"}), 403, 404
    )
    says_nothing(
        gretas_browser.post(address, {"post": "yes", "name": "Taken"}), 403, 404, 405
    )


@every_model
def test_a_foreign_row_looks_like_none(
    clockwork: Clockwork, gretas_browser: Client, theirs: World, model: type[Model]
) -> None:
    foreign = page(model, "change", theirs[model].pk)
    key = theirs[model].pk
    unknown = page(model, "change", "0" * 32 if not isinstance(key, int) else 0)

    assert gretas_browser.get(foreign).content == gretas_browser.get(unknown).content


@every_model
def test_there_is_no_way_by_content_type(
    gretas_browser: Client, theirs: World, model: type[Model]
) -> None:
    kind = ContentType.objects.get_for_model(model).pk

    says_nothing(gretas_browser.get(f"/admin/r/{kind}/{theirs[model].pk}/"), 404)


# --- Autocompletes, actions ---------------------------------------------------
@every_model
def test_autocompletes_find_own_rows_only(
    gretas_browser: Client, model: type[Model]
) -> None:
    options = model._meta
    for field in (*options.get_fields(), options.pk):
        for term in ("", MARK[:-1]):
            asked: dict[str, Any] = {
                "app_label": options.app_label,
                "model_name": options.model_name,
                "field_name": field.name,
                "term": term,
            }
            response = gretas_browser.get(reverse("admin:autocomplete"), asked)
            says_nothing(response, 200, 403, 404)


@pytest.mark.parametrize(
    ("part", "field", "target"),
    [(DistributionGroup, "team", Team), (Intent, "queue", Queue)],
)
def test_an_autocomplete_finds_own_rows(
    gretas_browser: Client, own: World, part: type[Model], field: str, target: Any
) -> None:
    asked = {
        "app_label": part._meta.app_label,
        "model_name": part._meta.model_name or "",
        "field_name": field,
    }

    everybody = gretas_browser.get(reverse("admin:autocomplete"), asked)
    theirs = gretas_browser.get(
        reverse("admin:autocomplete"), {**asked, "term": MARK[:-1]}
    )

    says_nothing(everybody, 200)
    says_nothing(theirs, 200)
    assert [r["id"] for r in everybody.json()["results"]] == [str(own[target].pk)]
    assert theirs.json()["results"] == []


@every_model
def test_actions_leave_foreign_rows_alone(
    gretas_browser: Client, theirs: World, model: type[Model]
) -> None:
    sent = {
        "action": "delete_selected",
        "_selected_action": [theirs[model].pk],
        "select_across": "0",
        "index": "0",
    }
    address = page(model, "changelist")

    says_nothing(gretas_browser.post(address, sent), 200, 302, 403)
    says_nothing(gretas_browser.post(address, {**sent, "post": "yes"}), 200, 302, 403)


@pytest.mark.parametrize("name", ["index", "jsi18n"])
def test_the_sites_own_pages(gretas_browser: Client, name: str) -> None:
    says_nothing(gretas_browser.get(reverse(f"admin:{name}")), 200)


@pytest.mark.parametrize("app", ["agents", "queues", "wrapup", "contacts"])
def test_the_pages_of_a_section(gretas_browser: Client, app: str) -> None:
    says_nothing(gretas_browser.get(reverse("admin:app_list", args=[app])), 200)


def test_the_platforms_people_are_nobodys(gretas_browser: Client, own: World) -> None:
    root = factories.AgentFactory.create(
        organisation=own[Organisation], is_superuser=True, display_name=MARK
    )
    address = page(Agent, "change", root.pk)

    says_nothing(gretas_browser.get(page(Agent, "changelist")), 200)
    says_nothing(gretas_browser.get(address), 404)
    says_nothing(
        gretas_browser.post(address, {"new_password": factories.PASSWORD}), 404
    )
    root.delete()
