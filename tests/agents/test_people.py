"""Agents as an administrator keeps them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from agents.models import AccessToken, Agent, AgentState, Organisation, Role, StateLog
from agents.services import people, states
from agents.services.configuration import InUse, NotValid
from agents.services.people import LastAdministrator, Oneself
from core import clock
from tests.cast import person
from tests.factories import (
    PASSWORD,
    AccessTokenFactory,
    AssignmentFactory,
    TeamFactory,
)
from tests.together import together

if TYPE_CHECKING:
    from agents.models import Team

NEW_PASSWORD = "another-harbour-43"


def refused(agent: Agent, **given: Any) -> list[str]:
    before = list(Agent.objects.order_by("pk").values())

    with pytest.raises(NotValid) as refusal:
        people.save(agent, now=clock.now(), **given)

    assert list(Agent.objects.order_by("pk").values()) == before
    assert refusal.value.errors is not None
    return list(refusal.value.errors)


def newcomer(acme: Organisation, **fields: Any) -> Agent:
    given = {"email": "new@acme.example", "display_name": "New", **fields}
    return Agent(organisation=acme, **given)


def test_a_new_agent_can_sign_in(acme: Organisation, front_line: Team) -> None:
    agent = newcomer(acme, email=" New@Acme.example")

    people.save(agent, now=clock.now(), teams=[front_line], password=PASSWORD)

    agent.refresh_from_db()
    assert agent.email == "new@acme.example"
    assert agent.check_password(PASSWORD)
    assert list(agent.teams.all()) == [front_line]
    assert agent.state == AgentState.OFFLINE


def test_without_a_password_nobody_can_sign_in(acme: Organisation) -> None:
    agent = people.save(newcomer(acme, role=Role.INTEGRATION), now=clock.now())

    assert not agent.has_usable_password()


@pytest.mark.parametrize("password", ["short", "password", "1234567890123"])
def test_a_weak_password_is_refused(acme: Organisation, password: str) -> None:
    assert refused(newcomer(acme), password=password) == ["password"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "nobody"),
        ("email", "new@exa\u2800mple.com"),
        ("display_name", ""),
        ("display_name", "\u3164"),
        ("display_name", "x" * 101),
        ("role", "boss"),
    ],
)
def test_an_agent_refuses(acme: Organisation, field: str, value: str) -> None:
    assert refused(newcomer(acme, **{field: value})) == [field]


def test_an_address_belongs_to_one_person(acme: Organisation, gina: Agent) -> None:
    assert refused(newcomer(acme, email=gina.email.upper())) == ["email"]


@pytest.mark.telling
@pytest.mark.parametrize("name", ["Alice", "ALICE ", "A\u200blice", "\uff21lic\u00e9"])
def test_nobody_bears_the_name_of_a_colleague(
    acme: Organisation, alice: Agent, name: str
) -> None:
    assert refused(newcomer(acme, display_name=name)) == ["display_name"]


def test_a_name_is_free_elsewhere_and_of_people_who_have_gone(
    acme: Organisation, alice: Agent, gina: Agent
) -> None:
    alice.is_active = False
    people.save(alice, now=clock.now())

    people.save(newcomer(acme, display_name="Alice"), now=clock.now())
    gina.display_name = "Alice"
    people.save(gina, now=clock.now())

    alice.is_active = True
    assert refused(alice) == ["display_name"]


def test_the_database_refuses_twins_of_two_at_once(alice: Agent, bob: Agent) -> None:
    bob.display_name = "A\u200blice"

    # Whoever passed every check while the other was not stored yet.
    with pytest.raises(IntegrityError), transaction.atomic():
        bob.save(update_fields=["display_name"])

    bob.refresh_from_db()
    assert (bob.display_name, bob.folded_name) == ("Bob", "bob")


def test_a_foreign_team_is_refused(alice: Agent, help_desk: Team) -> None:
    assert refused(alice, teams=[help_desk]) == ["teams"]
    assert [team.name for team in alice.teams.all()] == ["Front line"]


def test_a_foreign_profile_is_refused(alice: Agent, globex: Organisation) -> None:
    alice.multimedia_profile = globex.default_multimedia_profile

    assert refused(alice) == ["multimedia_profile"]


def test_what_runs_is_not_written_by_a_form(alice: Agent, acme: Organisation) -> None:
    stale = Agent.objects.get(pk=alice.pk)
    states.set_state(agent_id=alice.pk, state=AgentState.AVAILABLE, now=clock.now())

    stale.display_name = "Alice A."
    people.save(stale, now=clock.now())

    alice.refresh_from_db()
    assert alice.display_name == "Alice A."
    assert alice.state == AgentState.AVAILABLE
    assert alice.available_since is not None


def test_who_is_deactivated_goes_offline_and_is_signed_out(
    alice: Agent, ada: Agent
) -> None:
    states.set_state(agent_id=alice.pk, state=AgentState.AVAILABLE, now=clock.now())
    AccessTokenFactory.create(agent=alice)
    alice.refresh_from_db()

    alice.is_active = False
    people.save(alice, now=clock.now(), changed={"is_active"}, by=ada)

    assert alice.state == AgentState.OFFLINE  # what the answer shows
    alice.refresh_from_db()
    assert alice.state == AgentState.OFFLINE
    assert not AccessToken.objects.exists()
    entry = StateLog.objects.get(agent=alice, until_at=None)
    assert (entry.changed_by, entry.reason) == (ada, "Deactivated")


def test_who_becomes_an_administrator_takes_no_more_contacts(alice: Agent) -> None:
    states.set_state(agent_id=alice.pk, state=AgentState.AVAILABLE, now=clock.now())
    alice.refresh_from_db()

    alice.role = Role.ADMINISTRATOR
    people.save(alice, now=clock.now())

    alice.refresh_from_db()
    assert alice.state == AgentState.OFFLINE


def test_a_new_password_ends_tokens(alice: Agent) -> None:
    AccessTokenFactory.create(agent=alice)

    people.save(alice, now=clock.now(), password=NEW_PASSWORD)

    alice.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)
    assert not AccessToken.objects.exists()


def test_ones_own_new_password_ends_tokens(alice: Agent) -> None:
    AccessTokenFactory.create(agent=alice)

    people.set_password(alice, password=NEW_PASSWORD)

    alice.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)
    assert not AccessToken.objects.exists()


def test_another_name_signs_nobody_out(alice: Agent) -> None:
    AccessTokenFactory.create(agent=alice)

    alice.display_name = "Alice A."
    people.save(alice, now=clock.now())

    assert AccessToken.objects.exists()


def test_teams_that_are_not_given_stay(alice: Agent, front_line: Team) -> None:
    TeamFactory.create(organisation=alice.organisation)

    people.save(alice, now=clock.now())

    assert list(alice.teams.all()) == [front_line]


def test_who_had_a_share_cannot_be_deleted(alice: Agent) -> None:
    AssignmentFactory.create(agent=alice, completed=True)

    with pytest.raises(InUse) as refusal:
        people.delete(alice, now=clock.now())

    assert "Deactivate" in refusal.value.detail
    assert Agent.objects.filter(pk=alice.pk).exists()


def test_who_never_had_a_share_can_be_deleted(alice: Agent) -> None:
    AccessTokenFactory.create(agent=alice)
    states.set_state(agent_id=alice.pk, state=AgentState.AVAILABLE, now=clock.now())

    people.delete(alice, now=clock.now())

    assert not Agent.objects.filter(pk=alice.pk).exists()


# --- an organisation keeps an administrator ---------------------------------------
def administrators(acme: Organisation) -> set[str]:
    rows = Agent.objects.filter(organisation=acme, role=Role.ADMINISTRATOR)
    return set(rows.filter(is_active=True).values_list("display_name", flat=True))


LOSSES = [{"role": Role.AGENT}, {"is_active": False}]


@pytest.mark.parametrize("loss", LOSSES, ids=str)
def test_the_last_administrator_stays(
    acme: Organisation, ada: Agent, loss: dict[str, Any]
) -> None:
    for name, value in loss.items():
        setattr(ada, name, value)

    with pytest.raises(LastAdministrator) as refusal:
        people.save(ada, now=clock.now())

    assert (refusal.value.status, refusal.value.code) == (409, "last_active")
    assert refusal.value.errors == {name: [refusal.value.detail] for name in loss}
    assert administrators(acme) == {"Ada"}


def test_the_last_administrator_is_not_deleted(acme: Organisation, ada: Agent) -> None:
    with pytest.raises(LastAdministrator):
        people.delete(ada, now=clock.now())

    assert administrators(acme) == {"Ada"}


def test_others_do_not_count(
    acme: Organisation, ada: Agent, greta: Agent, root: Agent
) -> None:
    """Of another organisation, deactivated, or the platform's."""
    person("Anna", acme, role=Role.ADMINISTRATOR)
    Agent.objects.filter(display_name="Anna").update(is_active=False)
    Agent.objects.filter(pk=root.pk).update(organisation=acme, role=Role.ADMINISTRATOR)

    with pytest.raises(LastAdministrator):
        people.delete(ada, now=clock.now())


@pytest.mark.parametrize("loss", LOSSES, ids=str)
def test_one_of_two_may_go(
    acme: Organisation, ada: Agent, loss: dict[str, Any]
) -> None:
    anna = person("Anna", acme, role=Role.ADMINISTRATOR)
    for name, value in loss.items():
        setattr(ada, name, value)

    people.save(ada, now=clock.now(), by=anna)

    assert administrators(acme) == {"Anna"}


@pytest.mark.parametrize("loss", LOSSES, ids=str)
def test_nobody_takes_themself_away(
    acme: Organisation, ada: Agent, loss: dict[str, Any]
) -> None:
    person("Anna", acme, role=Role.ADMINISTRATOR)
    for name, value in loss.items():
        setattr(ada, name, value)

    with pytest.raises(Oneself):
        people.save(ada, now=clock.now(), by=ada)
    with pytest.raises(Oneself):
        people.delete(ada, now=clock.now(), by=ada)

    assert administrators(acme) == {"Ada", "Anna"}


def test_two_who_demote_each_other_at_once_leave_one(
    acme: Organisation, ada: Agent
) -> None:
    anna = person("Anna", acme, role=Role.ADMINISTRATOR)

    def demote(whom: Agent, by: Agent) -> None:
        row = Agent.objects.get(pk=whom.pk)
        row.role = Role.AGENT
        with contextlib.suppress(LastAdministrator):
            people.save(row, now=clock.now(), by=by)

    together([lambda: demote(ada, anna), lambda: demote(anna, ada)])

    assert len(administrators(acme)) == 1
