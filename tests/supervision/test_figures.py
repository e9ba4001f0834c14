"""The figures of queues: what is counted, where, and when (docs/floor.md)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.models import Assignment, QueueVisit
from supervision import figures
from supervision.figures import figures_of
from tests import steps
from tests.assistants.steps import asks
from tests.factories import (
    AssignmentFactory,
    ContactFactory,
    MessageFactory,
    QueueFactory,
    QueueVisitFactory,
)
from tests.supervision import plainly, watchers

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from contacts.models import Contact
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from wrapup.models import WrapUpCode

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MIDNIGHT = NOON.replace(hour=0)
SPANS = {"today": MIDNIGHT, "last_30m": NOON - timedelta(minutes=30)}


@pytest.fixture
def day(clockwork: Clockwork) -> Clockwork:
    """Noon in the organisation's (UTC) day."""
    clockwork.moves_to(NOON)
    return clockwork


def today(queue: Queue, start: datetime = MIDNIGHT) -> dict[str, Any]:
    found = figures_of(queue.organisation_id, {"today": start})
    return dict(found[queue.pk]["today"]) if queue.pk in found else {}


# --- stories ------------------------------------------------------------------------
def test_an_answered_chat(
    day: Clockwork,
    alice: Agent,
    direct: EntryPoint,
    support: Queue,
    resolved: WrapUpCode,
) -> None:
    steps.go_available(alice)
    chat = steps.open_chat(direct)
    day.moves(seconds=8)
    steps.accept(alice, chat)
    day.moves(seconds=12)
    steps.say(alice, "Good morning", to=chat)
    day.moves(seconds=40)
    steps.end(alice, chat)
    day.moves(seconds=10)
    steps.wrap_up(alice, chat, resolved)

    assert today(support) == {
        "offered": 1,
        "answered": 1,
        "abandoned": 0,
        "short_abandoned": 0,
        "service_level": 1.0,
        "asa_seconds": 8.0,
        "asa_p90_seconds": 8.0,
        "aht_seconds": 62.0,
        "first_response_seconds": 12.0,
        "rona": 0,
        "rating": None,
        "contained": 0,
    }


def test_whoever_leaves_at_once_is_left_out_of_the_rate(
    day: Clockwork, alice: Agent, direct: EntryPoint, support: Queue
) -> None:
    for wait in (5, 6):
        chat = steps.open_chat(direct)
        day.moves(seconds=wait)
        steps.leave(chat)
    steps.go_available(alice)
    steps.accept(alice, steps.open_chat(direct))

    found = today(support)

    assert (found["abandoned"], found["short_abandoned"]) == (2, 1)
    assert found["service_level"] == 0.5


def test_an_answer_beyond_the_threshold_is_not_in_time(
    day: Clockwork, alice: Agent, direct: EntryPoint, support: Queue
) -> None:
    for wait in (20, 21):
        chat = steps.open_chat(direct)
        day.moves(seconds=wait)
        steps.go_available(alice)
        steps.accept(alice, chat)

    assert today(support)["service_level"] == 0.5


def test_a_missed_offer_counts_and_the_wait_goes_on(
    day: Clockwork, alice: Agent, bob: Agent, direct: EntryPoint, support: Queue
) -> None:
    steps.go_available(alice)
    chat = steps.open_chat(direct)
    day.passes(seconds=36)
    steps.go_available(bob)
    steps.accept(bob, chat)

    found = today(support)

    assert (found["rona"], found["offered"], found["answered"]) == (1, 1, 1)
    assert found["asa_seconds"] == 36.0


def test_a_transfer_to_a_queue_is_a_wait_of_its_own(
    day: Clockwork,
    acme: Organisation,
    alice: Agent,
    bob: Agent,
    direct: EntryPoint,
    support: Queue,
) -> None:
    sales = QueueFactory.create(organisation=acme, teams=[*bob.teams.all()])
    chat = steps.connected(alice, direct)
    day.moves(seconds=100)
    steps.transfer(alice, chat, to=sales)
    day.moves(seconds=7)
    steps.go_available(bob)
    steps.accept(bob, chat)

    assert (today(support)["answered"], today(support)["abandoned"]) == (1, 0)
    assert (today(sales)["offered"], today(sales)["asa_seconds"]) == (1, 7.0)


def test_a_conference_is_handled_twice_and_answered_once(
    day: Clockwork,
    alice: Agent,
    bob: Agent,
    direct: EntryPoint,
    support: Queue,
    resolved: WrapUpCode,
) -> None:
    chat = steps.connected(alice, direct)
    steps.go_available(bob)
    day.moves(seconds=10)
    steps.invite(alice, chat, bob)
    steps.accept(bob, chat)
    day.moves(seconds=20)
    steps.client_for(bob).post(steps.for_agents(chat, "conference/exit"))
    steps.end(alice, chat)
    steps.wrap_up(alice, chat, resolved)

    found = today(support)

    assert (found["offered"], found["answered"]) == (1, 1)
    assert found["aht_seconds"] == 25.0  # of 30 and 20


def test_who_becomes_the_owner_in_a_conference_changes_no_first_response(
    day: Clockwork, alice: Agent, sam: Agent, direct: EntryPoint, support: Queue
) -> None:
    chat = steps.connected(alice, direct)
    day.moves(seconds=10)
    steps.say(alice, "Good morning", to=chat)
    watchers.barge(sam, chat)
    day.moves(seconds=30)
    steps.say(sam, "Sam here", to=chat)
    before = today(support)["first_response_seconds"]

    taken = watchers.take_over(sam, chat)

    assert taken.status_code == 200, taken.content
    assert today(support)["first_response_seconds"] == before == 10.0


def test_who_is_content_with_the_assistant_is_contained(
    day: Clockwork, front: EntryPoint, support: Queue
) -> None:
    content, other = steps.open_chat(front), steps.open_chat(front)
    asks(content, "goodbye")
    asks(other, "a person")
    steps.leave(other)

    found = today(support)

    assert (found["contained"], found["offered"], found["abandoned"]) == (1, 1, 1)


def test_a_rating_counts_on_the_day_on_which_it_is_given_first(
    day: Clockwork, alice: Agent, direct: EntryPoint, support: Queue
) -> None:
    day.moves_to(MIDNIGHT - timedelta(hours=2))
    chats = [steps.in_wrap_up(alice, direct) for _ in range(3)]
    rates(chats[0], 1)
    day.moves_to(NOON)
    for chat, score in zip(chats, (4, 5, 2), strict=True):
        rates(chat, score)

    assert today(support)["rating"] == 3.5
    assert today(support, MIDNIGHT - timedelta(days=1))["rating"] == 3.667


def rates(chat: steps.Chat, score: int) -> None:
    url = steps.for_customers(chat, "rating")
    answer = steps.customer_of(chat).post(url, {"score": score}, format="json")
    assert answer.status_code < 300, answer.content


def test_a_changed_threshold_changes_no_figure_of_before(
    day: Clockwork, alice: Agent, direct: EntryPoint, support: Queue
) -> None:
    chat = steps.open_chat(direct)
    day.moves(seconds=15)
    steps.go_available(alice)
    steps.accept(alice, chat)
    support.service_level_threshold = 10
    support.save(update_fields=["service_level_threshold"])

    assert today(support)["service_level"] == 1.0


def test_each_is_counted_on_the_day_on_which_it_happens(
    day: Clockwork, alice: Agent, direct: EntryPoint, support: Queue
) -> None:
    """Opened before midnight, answered after it: offered yesterday, answered today."""
    day.moves_to(MIDNIGHT - timedelta(seconds=4))
    chat = steps.open_chat(direct)
    steps.go_available(alice)
    day.moves(seconds=10)
    steps.accept(alice, chat)

    found = today(support)

    assert (found["offered"], found["answered"], found["asa_seconds"]) == (0, 1, 10.0)


# --- all that can be, against a plain recomputation -----------------------------------
at = st.integers(-120, 720).map(
    lambda minutes: MIDNIGHT + minutes * timedelta(minutes=1)
)
seconds = st.sampled_from([0, 4, 5, 6, 19, 20, 21, 60, 600, 4000])
visits = st.tuples(
    at, seconds, st.sampled_from(["answered", "abandoned", "timed_out", "moved", ""])
)
shares = st.tuples(
    at,
    seconds,
    st.sampled_from(["completed", "left", "rona", "declined", "connected", "wrapup"]),
    st.sampled_from(["routed", "transfer", "conference"]),
    st.one_of(st.none(), seconds),
)
ends = st.tuples(at, st.booleans(), st.one_of(st.none(), st.integers(1, 5)))


@given(
    visits=st.lists(st.tuples(st.booleans(), visits), max_size=12),
    shares=st.lists(st.tuples(st.booleans(), shares), max_size=8),
    ends=st.lists(st.tuples(st.booleans(), ends), max_size=6),
)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_figures_are_what_they_are_plainly(
    acme: Organisation, alice: Agent, visits: Any, shares: Any, ends: Any
) -> None:
    with transaction.atomic():
        queues = [
            QueueFactory.create(organisation=acme, service_level_threshold=20),
            QueueFactory.create(organisation=acme, service_level_threshold=60),
        ]
        for which, values in visits:
            _visit(queues[which], *values)
        for which, values in shares:
            _share(queues[which], alice, *values)
        for which, values in ends:
            _end(queues[which], *values)
        found = figures_of(acme.pk, SPANS)
        for queue in queues:
            for span, start in SPANS.items():
                expected = plainly.figures_of(queue, since=start)
                assert found.get(queue.pk, NOTHING)[span] == expected
        transaction.set_rollback(True)


NOTHING = dict.fromkeys(SPANS, figures.figures({}))


def _visit(queue: Queue, entered: datetime, wait: int, outcome: str) -> None:
    left = entered + timedelta(seconds=wait) if outcome else None
    QueueVisitFactory.create(
        contact=_contact(queue), entered_at=entered, left_at=left, outcome=outcome
    )


def _share(
    queue: Queue,
    agent: Agent,
    since: datetime,
    lasts: int,
    state: str,
    kind: str,
    says: Any,
) -> None:
    contact = _contact(queue)
    is_over = state not in {"connected", "wrapup"}
    is_missed = state in {"rona", "declined"}
    ended = since + timedelta(seconds=lasts) if is_over else None
    AssignmentFactory.create(
        contact=contact,
        agent=agent,
        state=state,
        kind=kind,
        role="consulted" if kind == "conference" else "primary",
        offered_at=since,
        connected_at=None if is_missed else since,
        ended_at=ended,
    )
    if says is not None:
        MessageFactory.create(
            contact=contact,
            sender_kind="agent",
            sender_agent=agent,
            created_at=since + timedelta(seconds=says),
        )


def _end(queue: Queue, ended: datetime, queued: bool, rating: int | None) -> None:
    contact = ContactFactory.create(
        organisation=queue.organisation,
        queue=queue if queued else None,
        chosen_queue=None if queued else queue,
        enqueued_at=ended if queued else None,
        opened_at=ended,
        ended=True,
        rating=rating,
    )
    assert contact.ended_at == ended


def _contact(queue: Queue) -> Contact:
    return ContactFactory.create(organisation=queue.organisation, queue=queue)


def test_figures_cost_the_same_whatever_there_is(
    acme: Organisation, alice: Agent
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            figures_of(acme.pk, SPANS)
        return len(captured)

    queue = QueueFactory.create(organisation=acme)
    _visit(queue, NOON, 5, "answered")
    few = cost()
    for _ in range(5):
        queue = QueueFactory.create(organisation=acme)
        _visit(queue, NOON, 5, "answered")
        _share(queue, alice, NOON, 5, "completed", "primary", 2)

    assert cost() == few == 7


def test_another_organisation_counts_nothing(
    acme: Organisation, globex: Organisation, alice: Agent
) -> None:
    queue = QueueFactory.create(organisation=acme)
    _visit(queue, NOON, 5, "answered")
    _share(queue, alice, NOON, 5, "rona", "primary", None)
    _end(queue, NOON, queued=True, rating=4)

    assert QueueVisit.objects.exists()
    assert Assignment.objects.exists()
    assert figures_of(globex.pk, SPANS) == {}
