"""A new organisation is complete at once: one form, all of it or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from administration.services.founding import free_key
from agents.models import Agent, Organisation, Role
from queues.models import EntryPoint
from tests import factories, steps
from tests.administration.pages.site import add, errors, page
from tests.administration.pages.world import everything
from tests.factories import PASSWORD

WORDS = {
    "name": "Initech",
    "slug": "initech",
    "administrator_name": "Ina",
    "administrator_email": "Ina@Initech.example",
    "administrator_password": PASSWORD,
}


@pytest.fixture
def roots_browser(client: Client, root: Agent) -> Client:
    client.force_login(root)
    return client


def found(browser: Client, **words: Any) -> Any:
    return add(browser, Organisation, **{**WORDS, **words})


def test_everything_is_there(roots_browser: Client) -> None:
    response = found(roots_browser)

    assert response.status_code == 302
    initech = Organisation.objects.get(slug="initech")
    team, queue = initech.teams.get(), initech.queues.get()
    point = initech.entry_points.get()
    assert initech.default_multimedia_profile is not None
    assert initech.default_multimedia_profile.chat == 3
    assert list(queue.teams.all()) == [team]
    assert (point.key, point.queue) == ("initech", queue)
    assert initech.idle_codes.get(is_default=True).name == "Break"
    assert initech.wrapup_codes.get(is_default=True).name == "Resolved"


def test_its_administrator_signs_in_and_sees_it_alone(
    roots_browser: Client, acme: Organisation
) -> None:
    found(roots_browser)
    browser = Client()

    answer = browser.post(
        "/",
        {"email": "ina@initech.example", "password": PASSWORD},
        follow=True,
    )

    assert answer.redirect_chain[-1][0] == "/admin/"
    ina = Agent.objects.get(email="ina@initech.example")
    assert (ina.role, ina.organisation.slug) == (Role.ADMINISTRATOR, "initech")  # type: ignore[union-attr]
    assert "Acme" not in answer.content.decode()
    assert browser.get(page(Organisation, "change", acme.pk)).status_code == 404


def test_chats_are_served_once_somebody_joins_the_team(roots_browser: Client) -> None:
    found(roots_browser)
    initech = Organisation.objects.get(slug="initech")
    ivan = factories.AgentFactory.create(
        organisation=initech, teams=[initech.teams.get()]
    )
    steps.go_available(ivan)

    chat = steps.open_chat(initech.entry_points.get())

    steps.accept(ivan, chat)
    assert chat.contact.state == "connected"


@pytest.mark.parametrize(
    ("slug", "taken", "key"),
    [
        ("Big_Corp", [], "big-corp"),
        ("ab", [], "ab-chat"),
        ("initech", ["initech"], "initech-2"),
        ("initech", ["initech", "initech-2", "initech-4"], "initech-3"),
        ("x" * 50, ["x" * 32], "x" * 32 + "-2"),
        ("_", [], "chat"),
    ],
)
def test_the_key_of_the_chat_page_comes_from_the_slug(
    roots_browser: Client, slug: str, taken: list[str], key: str
) -> None:
    for each in taken:
        factories.EntryPointFactory.create(key=each)

    found(roots_browser, slug=slug)

    assert EntryPoint.objects.get(organisation__slug=slug).key == key


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "required"),
        ("slug", "in it", "valid"),
        ("slug", "acme", "already exists"),
        ("administrator_name", "", "required"),
        ("administrator_email", "", "required"),
        ("administrator_email", "ina", "valid email"),
        ("administrator_email", "ADA@acme.example", "exists already"),
        ("administrator_password", "", "required"),
        ("administrator_password", "short", "too short"),
        ("administrator_password", "password123", "too common"),
        ("administrator_password", "8417093652", "entirely numeric"),
        ("administrator_password", "ina@initech.example", "too similar"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_is_made(
    roots_browser: Client, ada: Agent, field: str, value: str, sentence: str
) -> None:
    before = everything()

    response = found(roots_browser, **{field: value})

    assert list(errors(response)) == [field]
    assert sentence in errors(response)[field][0]
    assert everything() == before


def test_mistakes_of_both_parts_are_said_together(
    roots_browser: Client, ada: Agent
) -> None:
    response = found(roots_browser, slug="acme", administrator_email="ada@acme.example")

    assert set(errors(response)) == {"slug", "administrator_email"}


def test_what_fails_in_the_end_leaves_nothing_behind(
    roots_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody takes the key between its choice and the entry point's storing."""

    def and_taken(slug: str) -> str:
        key = free_key(slug)
        factories.EntryPointFactory.create(key=key)
        return key

    monkeypatch.setattr("administration.services.founding.free_key", and_taken)
    before = everything()

    response = found(roots_browser)

    assert response.status_code == 302
    assert everything() == before
    answer = roots_browser.get(response["Location"])
    assert "An entry point with this key exists already." in answer.content.decode()


def test_an_administrator_founds_nothing(client: Client, ada: Agent) -> None:
    client.force_login(ada)
    before = everything()

    assert client.post(page(Organisation, "add"), WORDS).status_code == 403
    assert everything() == before


def test_the_password_is_not_shown_again(roots_browser: Client) -> None:
    response = found(roots_browser, slug="")

    assert PASSWORD not in response.content.decode()
