"""A team's page: its people, who join and leave there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.models import Agent, AgentState, Organisation, Team
from agents.services import states
from contacts.models import Contact
from core import clock
from tests import factories
from tests.administration.pages.site import add, change, errors, page

if TYPE_CHECKING:
    from django.test import Client

    from queues.models import Queue


@pytest.fixture
def night(acme: Organisation) -> Team:
    return factories.TeamFactory.create(organisation=acme, name="Night shift")


def members(team: Team) -> set[str]:
    return {agent.display_name for agent in team.agents.all()}


def test_the_page_offers_own_people(
    adas_browser: Client, front_line: Team, alice: Agent, sam: Agent, gina: Agent
) -> None:
    content = adas_browser.get(page(Team, "change", front_line.pk)).content.decode()

    assert "Alice" in content
    assert "Sam (supervisor)" in content
    assert "Gina" not in content


def test_people_join_and_leave(
    adas_browser: Client, front_line: Team, night: Team, alice: Agent, bob: Agent
) -> None:
    response = change(adas_browser, night, members=[alice.pk, bob.pk])
    assert response.status_code == 302
    assert members(night) == {"Alice", "Bob"}

    change(adas_browser, night, members=[bob.pk])

    assert members(night) == {"Bob"}
    assert members(front_line) == {"Alice", "Bob"}


def test_who_joined_while_the_form_was_open_stays(
    adas_browser: Client, night: Team, alice: Agent, bob: Agent
) -> None:
    night.agents.add(alice)
    shown = {"initial-members": [alice.pk], "members": []}
    night.agents.add(bob)

    assert change(adas_browser, night, **shown).status_code == 302

    assert members(night) == {"Bob"}


def test_a_new_team_has_people(
    adas_browser: Client, acme: Organisation, alice: Agent
) -> None:
    add(adas_browser, Team, name="Weekend", members=[alice.pk])

    assert members(acme.teams.get(name="Weekend")) == {"Alice"}


def test_somebody_elses_people_do_not_join(
    adas_browser: Client, night: Team, gina: Agent
) -> None:
    response = change(adas_browser, night, members=[gina.pk])

    assert "members" in errors(response)
    assert members(night) == set()


def test_who_joins_is_offered_what_waits(
    adas_browser: Client, night: Team, support: Queue, carol: Agent
) -> None:
    support.distribution.update(team=night)
    contact = factories.ContactFactory.create(
        organisation=night.organisation, queue=support
    )
    states.set_state(agent_id=carol.pk, state=AgentState.AVAILABLE, now=clock.now())

    change(adas_browser, night, members=[carol.pk])

    contact.refresh_from_db()
    assert contact.state == "offered"
    assert contact.assignments.get().agent == carol


def test_who_leaves_keeps_the_chats_at_hand(
    adas_browser: Client, front_line: Team, alice: Agent, support: Queue
) -> None:
    contact = factories.ContactFactory.create(
        organisation=alice.organisation, queue=support, state="connected"
    )
    share = factories.AssignmentFactory.create(
        contact=contact, agent=alice, connected=True
    )

    change(adas_browser, front_line, members=[])

    share.refresh_from_db()
    assert members(front_line) == set()
    assert share.state == "connected"
    assert Contact.objects.get(pk=contact.pk).state == "connected"
