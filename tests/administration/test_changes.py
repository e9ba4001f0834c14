"""A changed setting is in force at once, and does only what the change needs."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from administration.services import changes
from agents.models import Agent, MultimediaProfile, Role, Team
from agents.services import configuration
from queues.models import DistributionGroup, Queue
from tests import sockets, steps
from tests.administration.pages.files import take
from tests.administration.pages.site import change
from tests.factories import (
    MultimediaProfileFactory,
    QueueFactory,
    TeamFactory,
)
from tests.steps import API, client_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import IdleCode, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from tests.stage import Counted
    from tests.steps import Chat, Json
    from wrapup.models import WrapUpCode

SECTIONS = {Agent: "agents", Team: "teams", Queue: "queues"}


def patch(administrator: Agent, path: str, **values: Any) -> None:
    client = client_for(administrator)
    answer = client.patch(f"{API}/{path}/", values, format="json")
    assert answer.status_code == 200, answer.content


def path_to(row: Any) -> str:
    return f"{SECTIONS[type(row)]}/{row.pk}"


def of_kind(kind: str, frames: list[Json]) -> list[Json]:
    return [frame[kind] for frame in frames if frame["type"] == kind]


# --- what it costs ------------------------------------------------------------
@pytest.mark.parametrize(("way", "at_most"), [("REST", 31), ("page", 55)])
def test_to_rename_a_queue_costs_the_same_however_many_there_are(
    ada: Agent,
    support: Queue,
    acme: Organisation,
    counted: Counted,
    way: str,
    at_most: int,
) -> None:
    program, browser, numbers = client_for(ada), Client(), count()
    browser.force_login(ada)

    def rename() -> None:
        name = f"Support {next(numbers)}"
        if way == "REST":
            answer = program.patch(f"{API}/{path_to(support)}/", {"name": name})
            assert answer.status_code == 200
        else:
            assert change(browser, support, name=name).status_code == 302

    few = counted(rename)
    QueueFactory.create_batch(20, organisation=acme)

    assert counted(rename) == few <= at_most


def test_a_rename_of_a_queue_signs_nobody_out(
    acme: Organisation, ada: Agent, alice: Agent, support: Queue
) -> None:
    browser = Client()
    browser.force_login(alice)
    acme.require_second_factor = True
    acme.save(update_fields=["require_second_factor"])

    patch(ada, path_to(support), name="Help")
    patch(ada, "organisation", name="Acme Limited")

    assert browser.get(f"{API}/me/").status_code == 200


def test_what_somebody_else_changed_is_no_difference(support: Queue) -> None:
    Queue.objects.filter(pk=support.pk).update(priority=7)
    support.name = "Help"

    with transaction.atomic():
        changed = {"name", "description"}
        assert configuration.differences(support, changed=changed) == {"name"}
        assert configuration.differences(support) == {"name", "priority"}


# --- one transaction ----------------------------------------------------------
@pytest.mark.usefixtures("ended")
def test_a_setting_and_its_effects_are_stored_together(ada: Agent) -> None:
    with CaptureQueriesContext(connection) as captured:
        patch(ada, "organisation", auto_wrapup_seconds=60)

    said = [query["sql"].split(" SET ")[0] for query in captured]
    saved = said.index('UPDATE "agents_organisation"')
    moved = said.index('UPDATE "contacts_assignment"')
    assert saved < moved
    assert "COMMIT" not in said[saved:moved]


def test_a_refused_change_moves_nothing(
    ada: Agent, support: Queue, waiting: Chat
) -> None:
    body = {"max_time_in_queue": 60, "priority": 77}
    answer = client_for(ada).patch(f"{API}/{path_to(support)}/", body)

    assert answer.status_code == 400
    assert waiting.contact.wait_deadline is None


# --- what desks and customers see ---------------------------------------------
def test_a_renamed_queue_is_shown_on_its_cards_alone(
    ada: Agent, alice: Agent, bob: Agent, support: Queue, talking: Chat
) -> None:
    with sockets.desk_of(alice) as desk, sockets.desk_of(bob) as other:
        patch(ada, path_to(support), name="Help")

        [card] = of_kind("card", desk.heard())
        assert card["queue"] == {"id": support.pk, "name": "Help"}
        assert of_kind("card", other.heard()) == []


def test_a_renamed_agent_is_shown_wherever_the_name_stands(
    ada: Agent, alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    steps.invite(alice, talking, bob)
    steps.accept(bob, talking)

    with (
        sockets.desk_of(alice) as desk,
        sockets.desk_of(bob) as own,
        sockets.page_of(talking) as page,
    ):
        patch(ada, path_to(bob), display_name="Robert")

        [card] = of_kind("card", desk.heard())
        assert card["conference"]["agent"]["display_name"] == "Robert"
        [me] = of_kind("me", own.heard())
        assert me["display_name"] == "Robert"
        [contact] = of_kind("contact", page.heard())
        assert contact["agents"] == ["Alice", "Robert"]


def test_who_asked_is_shown_by_the_new_name(
    ada: Agent, alice: Agent, bob: Agent, talking: Chat, resolved: WrapUpCode
) -> None:
    steps.go_available(bob)
    steps.transfer(alice, talking, to=bob)
    steps.wrap_up(alice, talking, resolved)

    with sockets.desk_of(bob) as desk:
        patch(ada, path_to(alice), display_name="Alicia")

        [card] = of_kind("card", desk.heard())
        assert card["requested_by"] == "Alicia"


def test_names_from_a_file_are_shown_once(
    client: Client, ada: Agent, alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    steps.invite(alice, talking, bob)
    steps.accept(bob, talking)
    client.force_login(ada)

    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        names = ("email", "display_name")
        take(client, Agent, names, [alice.email, "Alicia"], [bob.email, "Robert"])

        [card] = of_kind("card", desk.heard())
        assert card["conference"]["agent"]["display_name"] == "Robert"
        [contact] = of_kind("contact", page.heard())
        assert contact["agents"] == ["Alicia", "Robert"]


def test_a_new_end_of_wrap_up_is_shown(
    ada: Agent, alice: Agent, bob: Agent, ended: Chat
) -> None:
    with sockets.desk_of(alice) as desk, sockets.desk_of(bob) as other:
        patch(ada, "organisation", auto_wrapup_seconds=60)

        [card] = of_kind("card", desk.heard())
        assert card["wrapup_deadline"] is not None
        assert of_kind("card", other.heard()) == []


def test_what_nobody_sees_is_not_told(
    ada: Agent, alice: Agent, support: Queue, break_code: IdleCode, talking: Chat
) -> None:
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        patch(ada, "organisation", name="Acme Limited", acceptance_timeout=9)
        patch(ada, path_to(support), name=support.name, priority=3)
        patch(ada, f"idle-codes/{break_code.pk}", name="Lunch")

        assert desk.heard() == []
        assert page.heard() == []


# --- deadlines ----------------------------------------------------------------
def test_a_new_limit_is_that_of_its_queue_alone(
    ada: Agent, support: Queue, acme: Organisation, waiting: Chat
) -> None:
    # A limit that nobody has set yet: what moves it moved too much.
    Queue.objects.filter(pk=support.pk).update(max_time_in_queue=60)
    other = QueueFactory.create(organisation=acme, name="Other")

    patch(ada, path_to(other), max_time_in_queue=30)
    patch(ada, path_to(support), name="Help")

    assert waiting.contact.wait_deadline is None


def test_who_comes_before_the_commit_has_the_new_limit(
    support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    queue = Queue.objects.get(pk=support.pk)
    queue.max_time_in_queue = 60

    with transaction.atomic():
        changes.save_queue(queue, changed={"max_time_in_queue"})
        chat = steps.open_chat(direct)
        type(chat.contact).objects.filter(pk=chat.id).update(wait_deadline=None)

    assert chat.contact.wait_deadline == clockwork.now + timedelta(seconds=60)


# --- routing --------------------------------------------------------------------
def give_slots_by_profile(acme: Organisation, alice: Agent, ada: Agent) -> None:
    patch(ada, f"multimedia-profiles/{default_of(acme)}", chat=1)


def give_slots_by_default(acme: Organisation, alice: Agent, ada: Agent) -> None:
    patch(ada, "organisation", default_multimedia_profile=chatting(acme).pk)


def give_slots_by_team(acme: Organisation, alice: Agent, ada: Agent) -> None:
    patch(ada, path_to(alice.teams.get()), multimedia_profile=chatting(acme).pk)


def give_slots_by_first_team(acme: Organisation, alice: Agent, ada: Agent) -> None:
    alice.teams.update(multimedia_profile=default_of(acme))
    other = {"organisation": acme, "multimedia_profile": chatting(acme)}
    team = TeamFactory.create(name="Zebras", **other)
    alice.teams.add(team)
    patch(ada, path_to(team), name="Apes")


def give_slots_of_her_own(acme: Organisation, alice: Agent, ada: Agent) -> None:
    patch(ada, path_to(alice), multimedia_profile=chatting(acme).pk)


def join_a_team(acme: Organisation, alice: Agent, ada: Agent) -> None:
    MultimediaProfile.objects.update(chat=1)
    team = alice.teams.get()
    alice.teams.clear()
    patch(ada, path_to(alice), teams=[team.pk])


def serve_a_queue(acme: Organisation, alice: Agent, ada: Agent) -> None:
    MultimediaProfile.objects.update(chat=1)
    DistributionGroup.objects.all().delete()
    served = [{"team": alice.teams.get().pk, "after_seconds": 0}]
    patch(ada, path_to(Queue.objects.get()), distribution=served)


def take_contacts(acme: Organisation, alice: Agent, ada: Agent) -> None:
    MultimediaProfile.objects.update(chat=1)
    Agent.objects.filter(pk=alice.pk).update(role=Role.INTEGRATION)
    patch(ada, path_to(alice), role="agent")


def default_of(acme: Organisation) -> int | None:
    return acme.default_multimedia_profile_id


def chatting(acme: Organisation) -> MultimediaProfile:
    return MultimediaProfileFactory.create(organisation=acme, name="More", chat=1)


@pytest.mark.parametrize(
    "gain",
    [
        give_slots_by_profile,
        give_slots_by_default,
        give_slots_by_team,
        give_slots_by_first_team,
        give_slots_of_her_own,
        join_a_team,
        serve_a_queue,
        take_contacts,
    ],
)
def test_who_can_take_a_contact_now_gets_it_at_once(
    acme: Organisation,
    ada: Agent,
    alice: Agent,
    direct: EntryPoint,
    gain: Callable[[Organisation, Agent, Agent], None],
) -> None:
    MultimediaProfile.objects.update(chat=0)
    steps.go_available(alice)
    chat = steps.open_chat(direct)
    assert chat.contact.state == "queued"

    gain(acme, alice, ada)

    assert chat.contact.state == "offered"


@pytest.mark.parametrize(
    "gain",
    [
        give_slots_by_profile,
        give_slots_by_default,
        give_slots_by_team,
        give_slots_by_first_team,
        give_slots_of_her_own,
    ],
)
def test_an_open_desk_learns_how_many_contacts_it_can_take(
    acme: Organisation,
    ada: Agent,
    alice: Agent,
    gain: Callable[[Organisation, Agent, Agent], None],
) -> None:
    MultimediaProfile.objects.update(chat=0)
    with sockets.desk_of(alice) as desk:
        assert desk.welcome["me"]["slots"]["chat"] == 0
        gain(acme, alice, ada)

        told = of_kind("me", desk.heard())[-1]

    assert told["slots"] == {"voice": 0, "chat": 1, "email": 0, "social": 0}


def test_what_changes_no_candidate_routes_nobody(
    acme: Organisation, ada: Agent, alice: Agent, support: Queue, direct: EntryPoint
) -> None:
    MultimediaProfile.objects.update(chat=0)
    steps.go_available(alice)
    chat = steps.open_chat(direct)
    # A slot of which routing has not heard: whoever routes would use it.
    MultimediaProfile.objects.update(chat=1)
    team = alice.teams.get()
    served = [{"team": team.pk, "after_seconds": 0}]

    patch(ada, "organisation", name="Acme Limited", auto_wrapup_seconds=60)
    patch(ada, path_to(support), name="Help", distribution=served)
    patch(ada, path_to(alice), display_name="Alicia", teams=[team.pk])
    patch(ada, f"multimedia-profiles/{default_of(acme)}", name="Chats")

    assert chat.contact.state == "queued"
