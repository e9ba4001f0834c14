"""The first page of the administration: figures, and what needs attention."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from agents.models import Agent, AgentState, MultimediaProfile, Organisation, Role
from agents.services import states
from contacts.models import Contact, EndedReason, SenderKind
from core import clock
from queues.models import EntryPoint, Queue
from tests import factories
from tests.administration.pages.site import page
from tests.administration.pages.world import MARK, world

if TYPE_CHECKING:
    from django.test import Client

    from agents.models import Team
    from tests.clockwork import Clockwork
    from tests.stage import Counted

INDEX = "/admin/"
LINK = r'class="concern__link"\s+href="([^"]+)"'


def shown(client: Client) -> str:
    """Return the page as people read it: its words, without the lists of sections."""
    response = client.get(INDEX)
    assert response.status_code == 200
    page, _, _ = response.content.decode().partition('id="sections-title"')
    return re.sub(r"\s+", " ", strip_tags(page)).strip()


def links(client: Client) -> list[str]:
    content = client.get(INDEX).content.decode()
    return re.findall(LINK, content)


@pytest.fixture
def complete(alice: Agent, direct: EntryPoint) -> EntryPoint:
    """Acme can serve chats: Alice is in the team that serves the chat page's queue."""
    return direct


# --- figures --------------------------------------------------------------------
@pytest.mark.usefixtures("complete")
def test_nothing_needs_attention(adas_browser: Client) -> None:
    assert "Needs attention Nothing." in shown(adas_browser)


@pytest.mark.usefixtures("complete")
def test_agents_by_state(
    adas_browser: Client, alice: Agent, bob: Agent, carol: Agent, gina: Agent
) -> None:
    for agent in (alice, bob, gina):
        states.set_state(agent_id=agent.pk, state=AgentState.AVAILABLE, now=clock.now())
    Agent.objects.filter(pk=bob.pk).update(is_active=False)

    words = shown(adas_browser)

    assert "Available 1 Idle 0 RONA 0 Offline 1 " in words


def test_who_waits(
    adas_browser: Client,
    complete: EntryPoint,
    clockwork: Clockwork,
    acme: Organisation,
) -> None:
    support = complete.queue
    factories.QueueFactory.create(organisation=acme, name="Sales")
    own = {"organisation": acme, "queue": support}
    for seconds in (125, 20):
        at = clockwork.now - timedelta(seconds=seconds)
        factories.ContactFactory.create(opened_at=at, **own)
    factories.ContactFactory.create(ended=True, **own)
    factories.ContactFactory.create(opened_at=clockwork.now - timedelta(hours=9))

    words = shown(adas_browser)

    assert "Waiting now 2 Queue Waiting Longest wait Support 2 2:05 Sales 0" in words
    assert "2 contacts are waiting, and no agent is Available." in words


def test_today_begins_where_the_organisation_is(
    adas_browser: Client,
    complete: EntryPoint,
    clockwork: Clockwork,
    acme: Organisation,
) -> None:
    Organisation.objects.filter(pk=acme.pk).update(timezone="Pacific/Auckland")
    # 01:30 in Auckland; in UTC it is the day before.
    clockwork.moves_to(datetime(2026, 11, 3, 12, 30, tzinfo=UTC))
    before, after = (
        clockwork.now - timedelta(hours=2),
        clockwork.now - timedelta(hours=1),
    )
    own = {"organisation": acme, "queue": complete.queue}
    over = {"ended": True, "ended_at": after, "closed_at": after, **own}
    abandoned = {"ended_reason": EndedReason.ABANDONED}
    factories.ContactFactory.create(opened_at=before, connected_at=before, **own)
    factories.ContactFactory.create(opened_at=before, connected_at=after, **over)
    factories.ContactFactory.create(opened_at=after, **over, **abandoned)
    factories.ContactFactory.create(opened_at=before, ended=True, **own, **abandoned)

    words = shown(adas_browser)

    assert "Opened 1 Answered 1 Abandoned 1 Ended 2" in words


def test_numbers_lead_to_what_they_count(
    adas_browser: Client,
    complete: EntryPoint,
    clockwork: Clockwork,
    acme: Organisation,
    alice: Agent,
    gina: Agent,
) -> None:
    clockwork.moves_to(datetime(2026, 11, 3, 12, 30, tzinfo=UTC))
    states.set_state(agent_id=alice.pk, state=AgentState.AVAILABLE, now=clock.now())
    factories.AgentFactory.create(organisation=acme, is_active=False)
    own = {"organisation": acme, "queue": complete.queue}
    now, yesterday = clockwork.now, clockwork.now - timedelta(days=1)
    over = {"ended": True, "ended_at": now, "closed_at": now, **own}
    waiting = factories.ContactFactory.create(opened_at=now, **own)
    ended = factories.ContactFactory.create(
        opened_at=yesterday, connected_at=now, rating=4, **over
    )
    gone = factories.ContactFactory.create(
        opened_at=yesterday, ended_reason=EndedReason.ABANDONED, **over
    )
    factories.ContactFactory.create(opened_at=yesterday, ended=True, **own)

    figures = {
        figure.name: listed(adas_browser, figure.address)
        for name in ("states", "today")
        for figure in adas_browser.get(INDEX).context["overview"][name]
        if figure.value
    }

    assert {name: {*rows} for name, rows in figures.items()} == {
        "Available": {alice},
        "Opened": {waiting},
        "Answered": {ended},
        "Abandoned": {gone},
        "Ended": {ended, gone},
        "Rating": {ended},
    }


def test_the_average_of_todays_ratings(
    adas_browser: Client, complete: EntryPoint, acme: Organisation
) -> None:
    own = {"organisation": acme, "queue": complete.queue, "ended": True}
    assert "Rating \u2013 " in shown(adas_browser)
    now = clock.now()
    for rating, at in ((5, now), (4, now), (None, now), (1, now - timedelta(days=2))):
        factories.ContactFactory.create(
            rating=rating, ended_at=at, opened_at=at, closed_at=at, **own
        )

    assert "Rating 4.5 " in shown(adas_browser)


# --- what needs attention ---------------------------------------------------------
def test_an_empty_organisation_is_told_what_to_do(adas_browser: Client) -> None:
    words = shown(adas_browser)

    assert "there is no active agent" in words
    assert "no active queue" in words
    assert "no active entry point" in words
    assert links(adas_browser) == [
        reverse("admin:agents_agent_add"),
        reverse("admin:queues_queue_add"),
        reverse("admin:queues_entrypoint_add"),
    ]


def test_a_queue_that_no_team_serves(
    adas_browser: Client, complete: EntryPoint
) -> None:
    support = complete.queue
    support.distribution.all().delete()

    assert "No team serves these queues" in shown(adas_browser)
    assert links(adas_browser) == [page(Queue, "change", support.pk)]


def test_a_queue_whose_teams_have_nobody(
    adas_browser: Client, complete: EntryPoint, acme: Organisation, alice: Agent
) -> None:
    night = factories.TeamFactory.create(organisation=acme)
    factories.AgentFactory.create(organisation=acme, teams=[night], is_active=False)
    queue = factories.QueueFactory.create(organisation=acme, teams=[night])

    assert "No active agent is in the teams" in shown(adas_browser)
    assert links(adas_browser) == [page(Queue, "change", queue.pk)]


def test_an_entry_point_into_an_inactive_queue(
    adas_browser: Client, complete: EntryPoint, acme: Organisation, front_line: Team
) -> None:
    factories.QueueFactory.create(organisation=acme, teams=[front_line])
    Queue.objects.filter(pk=complete.queue_id).update(is_active=False)

    assert "These chat pages are closed" in shown(adas_browser)
    assert links(adas_browser) == [page(EntryPoint, "change", complete.pk)]


@pytest.mark.usefixtures("complete")
def test_agents_who_get_nothing(
    adas_browser: Client, alice: Agent, acme: Organisation
) -> None:
    nothing = factories.MultimediaProfileFactory.create(organisation=acme, chat=0)
    Agent.objects.filter(pk=alice.pk).update(multimedia_profile=nothing)
    bob = factories.AgentFactory.create(organisation=acme)

    words = shown(adas_browser)

    assert "in no team" in words
    assert "profile has no slot" in words
    assert links(adas_browser) == [
        page(Agent, "change", bob.pk),
        page(Agent, "change", alice.pk),
    ]


@pytest.mark.usefixtures("complete")
def test_a_profile_of_nobody_is_no_slot(
    adas_browser: Client, alice: Agent, acme: Organisation
) -> None:
    Organisation.objects.filter(pk=acme.pk).update(default_multimedia_profile=None)

    assert "profile has no slot" in shown(adas_browser)

    profile = MultimediaProfile.objects.get(organisation=acme)
    alice.teams.update(multimedia_profile=profile)
    assert "Needs attention Nothing." in shown(adas_browser)


def listed(client: Client, address: str) -> list[Any]:
    """Return the rows of the list that a link leads to."""
    response = client.get(address.replace("&amp;", "&"))
    assert response.status_code == 200
    return list(response.context["cl"].queryset)


def link_to(client: Client, text: str) -> str:
    """Return where the link with this text leads."""
    content = client.get(INDEX).content.decode()
    [address] = re.findall(rf'href="([^"]+)"[^>]*>{re.escape(text)}</a>', content)
    return str(address)


@pytest.mark.usefixtures("alice")
def test_contacts_that_wait_beyond_the_service_level(
    adas_browser: Client,
    complete: EntryPoint,
    clockwork: Clockwork,
    acme: Organisation,
) -> None:
    Queue.objects.filter(pk=complete.queue_id).update(service_level_threshold=45)
    own = {"organisation": acme, "queue": complete.queue}
    factories.ContactFactory.create(opened_at=clockwork.now, channel="email", **own)
    clockwork.moves(seconds=30)
    chat = factories.ContactFactory.create(opened_at=clockwork.now, **own)

    clockwork.moves(seconds=45)
    assert "longer than the service level" not in shown(adas_browser)

    clockwork.moves(seconds=1)
    factories.ContactFactory.create(opened_at=clockwork.now, **own)
    assert "Now Waiting for longer than the service level" in shown(adas_browser)
    address = link_to(adas_browser, "1 in Support, the first for 0:46")
    assert listed(adas_browser, address) == [chat]


def talk(contact: Contact, *lines: tuple[SenderKind, datetime]) -> None:
    for seq, (kind, at) in enumerate(lines, 1):
        factories.MessageFactory.create(
            contact=contact, seq=seq, sender_kind=kind, created_at=at
        )


def test_customers_who_wait_for_an_answer(
    adas_browser: Client,
    complete: EntryPoint,
    clockwork: Clockwork,
    acme: Organisation,
    alice: Agent,
) -> None:
    Queue.objects.filter(pk=complete.queue_id).update(first_response_threshold=90)
    began, own = clockwork.now, {"organisation": acme, "queue": complete.queue}
    late, answered, fresh, accepted = (
        factories.ContactFactory.create(state="connected", connected_at=began, **own)
        for _ in range(4)
    )
    shares = {
        contact: factories.AssignmentFactory.create(
            contact=contact, agent=alice, state="connected", connected_at=began
        )
        for contact in (late, answered, fresh, accepted)
    }
    clockwork.moves(seconds=91)
    customer, agent = SenderKind.CUSTOMER, SenderKind.AGENT
    talk(late, (agent, began), (customer, began), (customer, clockwork.now))
    talk(answered, (customer, began), (agent, began))
    talk(fresh, (agent, began), (customer, clockwork.now))
    talk(accepted, (customer, began))
    # The first agent had it long ago, and gave it to the present one.
    shares[accepted].connected_at = clockwork.now
    shares[accepted].save()

    assert "Now Customers wait for an agent's answer" in unescape(shown(adas_browser))
    assert listed(adas_browser, link_to(adas_browser, "1 in Support")) == [late]


def test_wrap_ups_that_are_not_finished(
    adas_browser: Client,
    complete: EntryPoint,
    clockwork: Clockwork,
    alice: Agent,
    bob: Agent,
) -> None:
    acme = alice.organisation
    for agent, seconds in ((alice, 301), (bob, 299)):
        contact = factories.ContactFactory.create(
            organisation=acme, queue=complete.queue, ended=True
        )
        at = clockwork.now - timedelta(seconds=seconds)
        factories.AssignmentFactory.create(
            contact=contact, agent=agent, state="wrapup", offered_at=at, wrapup_at=at
        )

    assert "Work In wrap-up for more than five minutes" in shown(adas_browser)
    [row] = listed(adas_browser, link_to(adas_browser, "1 in Support"))
    assert row.assignments.get().agent == alice


def test_agents_who_are_full(
    adas_browser: Client, complete: EntryPoint, alice: Agent, bob: Agent
) -> None:
    for agent, chats in ((alice, 3), (bob, 2)):
        states.set_state(agent_id=agent.pk, state=AgentState.AVAILABLE, now=clock.now())
        for _ in range(chats):
            contact = factories.ContactFactory.create(
                organisation=agent.organisation,
                queue=complete.queue,
                state="connected",
            )
            factories.AssignmentFactory.create(
                contact=contact, agent=agent, connected=True
            )

    assert "Work These agents are Available but full" in shown(adas_browser)
    assert links(adas_browser) == [page(Agent, "change", alice.pk)]
    assert listed(adas_browser, f"{page(Agent, 'changelist')}?load=full") == [alice]


def test_chats_that_went_silent(
    adas_browser: Client,
    complete: EntryPoint,
    clockwork: Clockwork,
    acme: Organisation,
) -> None:
    own = {"organisation": acme, "queue": complete.queue, "state": "connected"}
    silent, _ = (
        factories.ContactFactory.create(
            last_message_at=clockwork.now - timedelta(hours=hours), **own
        )
        for hours in (4, 3)
    )

    assert "Work Silent for more than four hours" in shown(adas_browser)
    assert listed(adas_browser, link_to(adas_browser, "1 in Support")) == [silent]


def test_timers_that_stand_still(
    adas_browser: Client,
    complete: EntryPoint,
    clockwork: Clockwork,
    acme: Organisation,
    alice: Agent,
) -> None:
    contact = factories.ContactFactory.create(
        organisation=acme, queue=complete.queue, state="offered"
    )
    factories.AssignmentFactory.create(
        contact=contact, agent=alice, offered_at=clockwork.now
    )

    clockwork.moves(seconds=35 + 59)
    assert "timer" not in shown(adas_browser)

    clockwork.moves(seconds=1)
    assert "One timer is more than a minute late" in shown(adas_browser)


def test_many_are_told_by_some_names(
    adas_browser: Client, complete: EntryPoint, acme: Organisation
) -> None:
    for _ in range(7):
        factories.QueueFactory.create(organisation=acme)

    assert "and 2 more" in shown(adas_browser)
    assert len(links(adas_browser)) == 5


# --- whose ------------------------------------------------------------------------
@pytest.mark.usefixtures("complete")
def test_another_organisations_troubles_are_not_shown(adas_browser: Client) -> None:
    rows = world(MARK)
    own = {"organisation": rows[Organisation]}
    factories.AgentFactory.create(display_name=f"{MARK} alone", **own)
    factories.QueueFactory.create(name=f"{MARK} unserved", **own)

    assert MARK not in adas_browser.get(INDEX).content.decode()


def test_the_superuser_sees_organisations(
    client: Client, root: Agent, ada: Agent, alice: Agent, globex: Organisation
) -> None:
    client.force_login(root)
    states.set_state(agent_id=alice.pk, state=AgentState.AVAILABLE, now=clock.now())
    factories.ContactFactory.create(organisation=globex)

    words = shown(client)

    assert "Acme 1 1 0 –" in words  # noqa: RUF001
    assert "Globex 0 0 1 0:0" in words
    assert "Nobody administers these organisations: Globex" in words
    assert links(client) == [page(Organisation, "change", globex.pk)]


def test_the_superuser_is_told_what_needs_attention(
    client: Client, root: Agent, ada: Agent, complete: EntryPoint, alice: Agent
) -> None:
    client.force_login(root)
    long_ago = clock.now() - timedelta(hours=5)
    own = {"organisation": ada.organisation, "queue": complete.queue}
    waiting = factories.ContactFactory.create(opened_at=long_ago, **own)
    states.set_state(agent_id=alice.pk, state=AgentState.AVAILABLE, now=clock.now())
    for state in ("connected", "connected", "connected", "wrapup"):
        contact = factories.ContactFactory.create(
            state="connected", connected_at=long_ago, last_message_at=long_ago, **own
        )
        talk(contact, (SenderKind.CUSTOMER, long_ago))
        factories.AssignmentFactory.create(
            contact=contact,
            agent=alice,
            state=state,
            connected_at=long_ago,
            wrapup_at=long_ago,
        )

    words = unescape(shown(client))
    found = [listed(client, address) for address in links(client)]

    assert "Now Waiting for longer than the service level of the queue: 1 in" in words
    assert "Now Customers wait for an agent's answer" in words
    assert "Work In wrap-up for more than five minutes" in words
    assert "Work Silent for more than four hours" in words
    assert "full, and are offered nothing more: 1 in Acme" in words
    assert [len(rows) for rows in found] == [1, 3, 1, 4, 1]
    assert found[0] == [waiting]
    assert found[-1] == [alice]
    for language in ("de", "ar"):
        there = client.get(INDEX, headers={"accept-language": language})
        assert there["Content-Language"] == language
        assert links(client) == re.findall(LINK, there.content.decode())


def test_an_installation_without_organisations(client: Client, root: Agent) -> None:
    client.force_login(root)

    assert "There is no organisation yet. Add an organisation" in shown(client)


# --- what it costs ----------------------------------------------------------------
def grow(organisation: Organisation) -> None:
    """Add everything that the page tells of."""
    own = {"organisation": organisation}
    for _ in range(5):
        team = factories.TeamFactory.create(**own)
        agent = factories.AgentFactory.create(teams=[team], **own)
        factories.AgentFactory.create(**own)
        factories.QueueFactory.create(**own)
        queue = factories.QueueFactory.create(teams=[team], **own)
        shut = factories.QueueFactory.create(is_active=False, **own)
        factories.EntryPointFactory.create(queue=shut, **own)
        long_ago = clock.now() - timedelta(hours=1)
        contact = factories.ContactFactory.create(
            queue=queue, opened_at=long_ago, **own
        )
        factories.AssignmentFactory.create(
            contact=contact, agent=agent, offered_at=long_ago
        )


@pytest.mark.parametrize("role", ["administrator", "superuser"])
def test_the_page_costs_the_same_however_much_there_is(
    client: Client, root: Agent, acme: Organisation, counted: Counted, role: str
) -> None:
    ada = factories.AgentFactory.create(organisation=acme, role=Role.ADMINISTRATOR)
    client.force_login(ada if role == "administrator" else root)
    grow(acme)
    few = counted(lambda: client.get(INDEX))

    grow(acme)
    for _ in range(3):
        grow(factories.OrganisationFactory.create())

    assert counted(lambda: client.get(INDEX)) == few
