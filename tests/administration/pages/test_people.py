"""Agents: made, changed, signed out, deactivated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from agents.models import (
    AccessToken,
    Agent,
    AgentState,
    Organisation,
    Role,
    Team,
)
from tests import factories
from tests.administration.pages.site import add, change, delete, errors, page

if TYPE_CHECKING:
    from django.test import Client

NEW_PASSWORD = "another-harbour-43"


def test_a_new_agent_belongs_to_the_own_organisation(
    adas_browser: Client, acme: Organisation, front_line: Team
) -> None:
    response = add(
        adas_browser,
        Agent,
        display_name="Erin",
        email="Erin@Acme.example",
        teams=[front_line.pk],
        new_password=NEW_PASSWORD,
    )

    erin = Agent.objects.get(email="erin@acme.example")
    assert response.status_code == 302
    assert erin.organisation == acme
    assert erin.check_password(NEW_PASSWORD)
    assert list(erin.teams.all()) == [front_line]
    assert not erin.is_superuser


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("", "Give a password"), ("short", "too short"), ("password", "too common")],
)
def test_a_new_agent_needs_a_good_password(
    adas_browser: Client, password: str, sentence: str
) -> None:
    response = add(
        adas_browser,
        Agent,
        display_name="Erin",
        email="erin@acme.example",
        new_password=password,
    )

    assert sentence in " ".join(errors(response)["new_password"])
    assert not Agent.objects.filter(display_name="Erin").exists()


def test_an_integration_needs_no_password(adas_browser: Client) -> None:
    add(
        adas_browser,
        Agent,
        display_name="Shop",
        email="s@acme.example",
        role="integration",
    )

    assert not Agent.objects.get(display_name="Shop").has_usable_password()


def test_a_taken_address_is_refused(adas_browser: Client, gina: Agent) -> None:
    response = add(
        adas_browser,
        Agent,
        display_name="Erin",
        email=gina.email.upper(),
        new_password=NEW_PASSWORD,
    )

    assert "exists already" in errors(response)["email"][0]


def test_no_hash_is_ever_shown(adas_browser: Client, alice: Agent) -> None:
    for name in ("changelist", "change"):
        args = [alice.pk] if name == "change" else []
        content = adas_browser.get(page(Agent, name, *args)).content.decode()

        assert alice.password not in content
        assert alice.password.split("$")[0] not in content


def test_an_empty_password_stays_and_a_new_one_signs_out(
    adas_browser: Client, alice: Agent
) -> None:
    factories.AccessTokenFactory.create(agent=alice)

    change(adas_browser, alice, display_name="Alice A.")
    alice.refresh_from_db()
    assert alice.check_password(factories.PASSWORD)
    assert AccessToken.objects.exists()

    change(adas_browser, alice, new_password=NEW_PASSWORD)
    alice.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)
    assert not AccessToken.objects.exists()


def test_a_state_is_not_posted(adas_browser: Client, alice: Agent) -> None:
    change(adas_browser, alice, state="available", is_superuser="on", organisation="9")

    alice.refresh_from_db()
    assert alice.state == AgentState.OFFLINE
    assert not alice.is_superuser


def test_nobody_locks_themselves_out(adas_browser: Client, ada: Agent) -> None:
    found = errors(change(adas_browser, ada, is_active=None, role=Role.AGENT))

    assert set(found) == {"is_active", "role"}
    assert adas_browser.get(page(Agent, "delete", ada.pk)).status_code == 403
    ada.refresh_from_db()
    assert (ada.is_active, ada.role) == (True, Role.ADMINISTRATOR)


def test_ones_own_new_password_keeps_the_session(
    adas_browser: Client, ada: Agent
) -> None:
    change(adas_browser, ada, new_password=NEW_PASSWORD)

    assert adas_browser.get(reverse("admin:index")).status_code == 200


def test_the_password_page_works(adas_browser: Client, ada: Agent) -> None:
    factories.AccessTokenFactory.create(agent=ada)

    adas_browser.post(
        reverse("password"),
        {
            "current": factories.PASSWORD,
            "new": NEW_PASSWORD,
            "again": NEW_PASSWORD,
        },
    )

    ada.refresh_from_db()
    assert ada.check_password(NEW_PASSWORD)
    assert not AccessToken.objects.exists()
    assert adas_browser.get(reverse("admin:index")).status_code == 200


def test_who_had_a_share_is_deactivated_instead(
    adas_browser: Client, alice: Agent
) -> None:
    factories.AssignmentFactory.create(agent=alice, completed=True)

    page_before = adas_browser.get(page(Agent, "delete", alice.pk)).content.decode()
    after = delete(adas_browser, alice)

    assert "Deactivate this agent instead" in page_before
    assert "Deactivate this agent instead" in after.content.decode()
    assert Agent.objects.filter(pk=alice.pk).exists()


@pytest.mark.parametrize("step", [{}, {"post": "yes"}], ids=["asked", "done"])
def test_several_with_one_who_had_a_share_all_stay(
    adas_browser: Client, alice: Agent, bob: Agent, step: dict[str, str]
) -> None:
    factories.AssignmentFactory.create(agent=alice, completed=True)
    chosen = {"action": "delete_selected", "_selected_action": [alice.pk, bob.pk]}

    response = adas_browser.post(
        page(Agent, "changelist"), {**chosen, **step}, follow=True
    )

    assert "Deactivate this agent instead" in response.content.decode()
    assert Agent.objects.filter(pk__in=[alice.pk, bob.pk]).count() == 2


def test_who_never_had_a_share_is_deleted(adas_browser: Client, alice: Agent) -> None:
    delete(adas_browser, alice)

    assert not Agent.objects.filter(pk=alice.pk).exists()


@pytest.mark.parametrize("step", [{}, {"post": "yes"}], ids=["asked", "done"])
def test_nobody_deletes_themself_among_others(
    adas_browser: Client, ada: Agent, alice: Agent, step: dict[str, str]
) -> None:
    chosen = {"action": "delete_selected", "_selected_action": [alice.pk, ada.pk]}

    response = adas_browser.post(
        page(Agent, "changelist"), {**chosen, **step}, follow=True
    )

    assert "You cannot delete yourself." in response.content.decode()
    assert Agent.objects.filter(pk__in=[alice.pk, ada.pk]).count() == 2


def test_the_superuser_leaves_an_organisation_its_administrator(
    client: Client, root: Agent, ada: Agent
) -> None:
    client.force_login(root)

    found = errors(change(client, ada, role=Role.AGENT))
    refused = delete(client, ada)

    assert "last active administrator" in found["role"][0]
    assert "last active administrator" in refused.content.decode()
    ada.refresh_from_db()
    assert ada.role == Role.ADMINISTRATOR


def test_the_superuser_stays_too(client: Client, root: Agent) -> None:
    client.force_login(root)
    chosen = {"action": "delete_selected", "_selected_action": [root.pk]}

    client.post(page(Agent, "changelist"), {**chosen, "post": "yes"})
    found = errors(change(client, root, is_active=None))

    assert found["is_active"] == ["You cannot deactivate yourself."]
    root.refresh_from_db()
    assert root.is_active
