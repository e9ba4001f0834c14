"""Files of agents: who may come, with which rights and passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from administration.admin.resources import MAX_PASSWORDS
from agents.models import (
    AccessToken,
    Agent,
    AuditEntry,
    MultimediaProfile,
    Organisation,
    Role,
    Team,
)
from queues.models import EntryPoint
from tests import cast, factories, steps
from tests.administration.pages.files import (
    confirm,
    doings,
    mistakes,
    preview,
    sentences,
    take,
    written,
)
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from django.test import Client

NAMES = ("email", "display_name", "role", "teams", "multimedia_profile", "is_active")
NEW_PASSWORD = "another-harbour-43"


def test_a_new_agent_waits_for_a_password(
    adas_browser: Client, ada: Agent, front_line: Team, chat_profile: MultimediaProfile
) -> None:
    row = ["Erin@Acme.example", "Erin", "supervisor", "Front line", "Chat", "yes"]

    take(adas_browser, Agent, NAMES, row)

    erin = Agent.objects.get(email="erin@acme.example")
    assert (erin.organisation, erin.role) == (ada.organisation, Role.SUPERVISOR)
    assert (list(erin.teams.all()), erin.multimedia_profile) == (
        [front_line],
        chat_profile,
    )
    assert not erin.has_usable_password()
    assert not erin.is_superuser


def test_a_new_agent_comes_with_a_password(adas_browser: Client) -> None:
    rows = (
        ("email", "display_name", "password"),
        ["erin@acme.example", "Erin", NEW_PASSWORD],
        ["fay@acme.example", "Fay", f"={NEW_PASSWORD}"],
    )
    shown = preview(adas_browser, Agent, written(*rows))

    take(adas_browser, Agent, *rows)

    assert NEW_PASSWORD not in shown.content.decode()
    erin, fay = Agent.objects.filter(email__in=[rows[1][0], rows[2][0]]).order_by("pk")
    assert erin.check_password(NEW_PASSWORD)
    assert fay.check_password(f"={NEW_PASSWORD}")
    kept = str(list(AuditEntry.objects.values()))
    assert NEW_PASSWORD not in kept
    assert erin.password not in kept


@pytest.mark.parametrize("password", ["short", "password", "1234567890"])
def test_a_weak_password_is_refused(adas_browser: Client, password: str) -> None:
    text = f"email,display_name,password\nerin@acme.example,Erin,{password}\n"

    found = mistakes(preview(adas_browser, Agent, text))

    assert {(row, column) for row, column, _ in found} == {(2, "password")}
    assert not Agent.objects.filter(display_name="Erin").exists()


def test_a_new_password_signs_out_and_an_empty_one_stays(
    adas_browser: Client, alice: Agent, bob: Agent
) -> None:
    factories.AccessTokenFactory.create(agent=alice)
    factories.AccessTokenFactory.create(agent=bob)
    names = ("email", "display_name", "password")
    rows = [[alice.email, "Alice", NEW_PASSWORD], [bob.email, "Bob", ""]]
    shown = preview(adas_browser, Agent, written(names, *rows))
    alice.refresh_from_db()
    unchanged = alice.check_password(PASSWORD)

    take(adas_browser, Agent, names, *rows)

    assert doings(shown) == ["Changed", "Unchanged"]
    assert unchanged
    alice.refresh_from_db()
    bob.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)
    assert bob.check_password(PASSWORD)
    assert [token.agent for token in AccessToken.objects.all()] == [bob]


def test_a_waiting_chat_feels_the_import(
    adas_browser: Client, acme: Organisation, direct: EntryPoint
) -> None:
    erin = cast.person("Erin", acme)
    steps.go_available(erin)
    chat = steps.open_chat(direct)
    text = f"email,display_name,teams\n{erin.email},Erin,Front line\n"

    shown = preview(adas_browser, Agent, text)
    seen = chat.contact.state
    confirm(adas_browser, Agent, shown)

    assert (seen, chat.contact.state) == ("queued", "offered")
    assert [card["contact"] for card in steps.cards_of(erin)] == [str(chat.id)]


def test_many_passwords_are_several_files(adas_browser: Client) -> None:
    rows = [
        [f"{number}@acme.example", "Somebody", NEW_PASSWORD]
        for number in range(MAX_PASSWORDS + 1)
    ]

    shown = preview(
        adas_browser, Agent, written(("email", "display_name", "password"), *rows)
    )

    assert f"{MAX_PASSWORDS} fit into one import" in sentences(shown)


def test_nobody_locks_themselves_out(adas_browser: Client, ada: Agent) -> None:
    text = written(
        ("email", "display_name", "role", "is_active", "password"),
        [ada.email, "Ada", "agent", "no", NEW_PASSWORD],
    )

    found = mistakes(preview(adas_browser, Agent, text))

    assert [column for _, column, _ in found] == ["is_active", "password", "role"]
    ada.refresh_from_db()
    assert (ada.role, ada.is_active) == (Role.ADMINISTRATOR, True)
    assert adas_browser.get(reverse("admin:index")).status_code == 200


def test_the_own_row_of_an_export_is_fine(adas_browser: Client, ada: Agent) -> None:
    shown = preview(
        adas_browser, Agent, written(("email", "display_name"), [ada.email, "Ada L."])
    )

    assert doings(shown) == ["Changed"]


@pytest.mark.parametrize("role", ["superuser", "root", "Agent", ""])
def test_no_other_roles(adas_browser: Client, role: str) -> None:
    text = f"email,display_name,role\nerin@acme.example,Erin,{role}\n"

    [(_, column, sentence)] = mistakes(preview(adas_browser, Agent, text))

    assert column == "role"
    if role:
        roles = "agent, supervisor, administrator, integration"
        assert sentence == f"Write one of: {roles}."


@pytest.mark.parametrize("name", ["is_superuser", "organisation", "state", "id"])
def test_no_other_columns(adas_browser: Client, name: str) -> None:
    text = f"email,display_name,{name}\nerin@acme.example,Erin,1\n"

    assert f"Unknown: “{name}”." in sentences(preview(adas_browser, Agent, text))


def test_another_organisations_address(
    adas_browser: Client, gina: Agent, root: Agent
) -> None:
    names = ("email", "display_name")
    text = written(names, [gina.email.upper(), "Taken"], [root.email, "Taken"])

    shown = preview(adas_browser, Agent, text)

    sentence = "Somebody with this e-mail address exists already."
    assert mistakes(shown) == [(2, "email", sentence), (3, "email", sentence)]
    assert "Globex" not in shown.content.decode()
    gina.refresh_from_db()
    root.refresh_from_db()
    assert (gina.display_name, root.display_name) == ("Gina", "Platform")


def test_the_platforms_people_are_nobodys(adas_browser: Client, ada: Agent) -> None:
    root = factories.AgentFactory.create(
        organisation=ada.organisation, is_superuser=True, email="root@acme.example"
    )
    before = root.display_name

    found = mistakes(
        preview(adas_browser, Agent, f"email,display_name\n{root.email},Taken\n")
    )

    assert [column for _, column, _ in found] == ["email"]
    root.refresh_from_db()
    assert root.display_name == before


def test_teams_of_others_are_unknown(
    adas_browser: Client, alice: Agent, help_desk: Team
) -> None:
    text = f"email,display_name,teams\n{alice.email},Alice,Help desk\n"

    assert mistakes(preview(adas_browser, Agent, text)) == [
        (2, "teams", "There is no “Help desk” here.")
    ]
