"""Who serves a queue: teams, and the seconds after which they join (4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from queues.models import DistributionGroup
from tests import steps
from tests.cast import person
from tests.contacts.floor import can_take, holder_of, shares_of
from tests.factories import EntryPointFactory, QueueFactory, TeamFactory
from tests.steps import API, client_for

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork


@pytest.fixture
def back_office(acme: Organisation, support: Queue) -> Agent:
    """Bea, whose team joins Support's search after 20 s."""
    team = TeamFactory.create(organisation=acme, name="Back office")
    DistributionGroup.objects.create(queue=support, team=team, after_seconds=20)
    return person("Bea", acme, teams=[team])


def test_a_group_joins_after_its_seconds(
    back_office: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.go_available(back_office)
    chat = steps.open_chat(direct)

    clockwork.passes(seconds=19.9)
    assert holder_of(chat) is None
    clockwork.passes(seconds=0.1)

    assert holder_of(chat) == "Bea"


def test_the_first_group_is_not_kept_waiting(
    alice: Agent, back_office: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.go_available(back_office)
    clockwork.moves(seconds=1)
    steps.go_available(alice)

    chat = steps.open_chat(direct)

    assert holder_of(chat) == "Alice"


def test_who_has_joined_is_the_equal_of_the_others(
    alice: Agent, back_office: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)
    steps.go_available(alice)
    clockwork.moves(seconds=5)
    steps.go_idle(alice)
    steps.go_available(back_office)
    clockwork.moves(seconds=20)
    steps.go_available(alice)

    clockwork.sweeps()

    # Bea has been available for longer by now.
    assert shares_of(chat)[-1] == ("Bea", "offered")


def test_who_is_in_two_groups_joins_with_the_earlier(
    acme: Organisation, alice: Agent, support: Queue, direct: EntryPoint
) -> None:
    slow = TeamFactory.create(organisation=acme, name="Slow")
    DistributionGroup.objects.create(queue=support, team=slow, after_seconds=600)
    alice.teams.add(slow)
    steps.go_available(alice)

    assert holder_of(steps.open_chat(direct)) == "Alice"


def test_the_wait_goes_on_over_a_missed_offer(
    alice: Agent, back_office: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.go_available(back_office)
    chat = steps.offered(alice, direct)

    clockwork.passes(seconds=35)

    assert shares_of(chat) == [("Alice", "rona"), ("Bea", "offered")]


def test_the_seconds_count_from_the_entry_into_this_queue(
    acme: Organisation,
    sam: Agent,
    back_office: Agent,
    support: Queue,
    clockwork: Clockwork,
) -> None:
    other = QueueFactory.create(organisation=acme, name="Other")
    page = EntryPointFactory.create(organisation=acme, key="other", queue=other)
    steps.go_available(back_office)
    chat = steps.open_chat(page)
    clockwork.moves(seconds=60)

    client_for(sam).post(
        f"{API}/contacts/{chat.id}/requeue/", {"queue": support.pk, "reason": "Wrong"}
    )
    clockwork.passes(seconds=19)
    assert holder_of(chat) is None
    clockwork.passes(seconds=1)

    assert holder_of(chat) == "Bea"


def test_nobody_outside_the_queues_teams_is_asked(
    acme: Organisation, direct: EntryPoint, clockwork: Clockwork
) -> None:
    outsider = person("Olga", acme, teams=[TeamFactory.create(organisation=acme)])
    alone = person("Una", acme)
    for agent in (outsider, alone):
        steps.go_available(agent)

    chat = steps.open_chat(direct)
    clockwork.passes(seconds=600)

    assert holder_of(chat) is None


def test_another_organisations_agents_are_not_asked(
    gina: Agent, help_queue: Queue, direct: EntryPoint
) -> None:
    steps.go_available(gina)

    assert holder_of(steps.open_chat(direct)) is None


def test_a_supervisor_takes_contacts_like_an_agent(
    sam: Agent, direct: EntryPoint
) -> None:
    steps.go_available(sam)

    assert holder_of(steps.open_chat(direct)) == "Sam"


def test_who_was_deactivated_is_not_asked(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.go_available(alice)
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)

    assert holder_of(steps.open_chat(direct)) is None


# --- queues that take no more contacts ----------------------------------------------
def test_a_queue_that_was_deactivated_still_serves_those_who_wait(
    alice: Agent, support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)
    support.is_active = False
    support.save(update_fields=["is_active"])

    steps.go_available(alice)

    assert holder_of(chat) == "Alice"


def test_a_missed_chat_goes_back_to_a_queue_that_was_deactivated(
    alice: Agent, bob: Agent, support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    steps.go_available(bob)
    support.is_active = False
    support.save(update_fields=["is_active"])

    clockwork.passes(seconds=35)

    assert shares_of(chat) == [("Alice", "rona"), ("Bob", "offered")]


# --- whose profile counts -----------------------------------------------------------
def test_the_most_specific_profile_counts(
    acme: Organisation, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.go_available(alice)
    by_organisation = number_of_offers(direct)
    team = alice.teams.get()
    can_take(alice, chat=2)
    team.multimedia_profile, alice.multimedia_profile = alice.multimedia_profile, None
    team.save(update_fields=["multimedia_profile"])
    alice.save(update_fields=["multimedia_profile"])
    by_team = number_of_offers(direct)
    can_take(alice, chat=1)
    of_their_own = number_of_offers(direct)

    assert (by_organisation, by_team, of_their_own) == (3, 2, 1)


def number_of_offers(direct: EntryPoint) -> int:
    """Return how many of five chats are offered; they leave again."""
    chats = [steps.open_chat(direct) for _ in range(5)]
    number = sum(chat.contact.state == "offered" for chat in chats)
    for chat in reversed(chats):
        steps.leave(chat)
    return number


def test_of_two_teams_the_first_by_name_with_a_profile_counts(
    acme: Organisation, alice: Agent, direct: EntryPoint
) -> None:
    for name, chats in [("A team", None), ("B team", 1), ("C team", 2)]:
        team = TeamFactory.create(organisation=acme, name=name)
        alice.teams.add(team)
        if chats:
            can_take(alice, chat=chats)
            team.multimedia_profile = alice.multimedia_profile
            team.save(update_fields=["multimedia_profile"])
    alice.multimedia_profile = None
    alice.save(update_fields=["multimedia_profile"])
    steps.go_available(alice)

    assert number_of_offers(direct) == 1


def test_without_any_profile_there_are_no_slots(
    acme: Organisation, alice: Agent, direct: EntryPoint
) -> None:
    acme.default_multimedia_profile = None
    acme.save(update_fields=["default_multimedia_profile"])
    steps.go_available(alice)

    assert number_of_offers(direct) == 0
