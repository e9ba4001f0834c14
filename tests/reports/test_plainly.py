"""Generated histories: each figure is what it is plainly, at once and rolled up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.models import Agent, StateLog
from core import clock
from reports import asking, reading
from reports.services import rolling
from tests.factories import (
    AssignmentFactory,
    ContactFactory,
    MessageFactory,
    QueueFactory,
    QueueVisitFactory,
)
from tests.reports import plainly

if TYPE_CHECKING:
    from agents.models import Organisation
    from queues.models import Queue
    from reports.answers import Row
    from tests.clockwork import Clockwork

# Two days in Berlin, in the night between which clocks are set forward.
MIDNIGHT = datetime(2026, 3, 28, 23, tzinfo=UTC)
ASKED = {"since": "2026-03-28", "until": "2026-03-29"}
NOW = MIDNIGHT + timedelta(hours=12)  # all has happened
SPAN = MIDNIGHT - timedelta(days=1), MIDNIGHT + timedelta(hours=23)

seconds = st.sampled_from([0, 4, 5, 6, 19, 20, 21, 60, 600, 4000])
at = st.integers(-180, 200).map(lambda m: MIDNIGHT + m * timedelta(minutes=1))
visits = st.tuples(
    st.integers(0, 1),
    seconds,
    st.sampled_from(["answered", "abandoned", "timed_out", "moved", "ended"]),
)
shares = st.tuples(
    st.integers(0, 1),  # the agent
    st.tuples(seconds, seconds, seconds, seconds),  # comes, rings, talks, wraps
    st.sampled_from(["end", "transfer", "left", "rona", "declined", "open"]),
    st.sampled_from(["routed", "transfer", "conference"]),
)
lines = st.tuples(seconds, st.sampled_from(["customer", "bot", "0", "1"]))
chats = st.tuples(
    at,
    st.lists(visits, max_size=3),
    st.lists(shares, max_size=3),
    st.lists(lines, max_size=6),
    st.sampled_from(["ended", "contained", "open"]),
)
states = st.tuples(
    st.integers(0, 1),
    st.sampled_from(["available", "idle", "rona", "offline"]),
    seconds,
)


@pytest.fixture
def berlin(acme: Organisation, clockwork: Clockwork) -> Organisation:
    clockwork.moves_to(NOW)
    acme.timezone = "Europe/Berlin"
    acme.save(update_fields=["timezone"])
    return acme


@given(
    history=st.lists(chats, min_size=1, max_size=5), log=st.lists(states, max_size=8)
)
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_figures_are_what_they_are_plainly(
    berlin: Organisation,
    clockwork: Clockwork,
    ada: Agent,
    alice: Agent,
    bob: Agent,
    history: Any,
    log: Any,
) -> None:
    with transaction.atomic():
        clockwork.moves_to(NOW)
        queues = [
            QueueFactory.create(organisation=berlin, service_level_threshold=threshold)
            for threshold in (20, 60)
        ]
        for chat in history:
            _chat(queues, [alice, bob], *chat)
        _states([alice, bob], log)
        ada.refresh_from_db()

        _compare(ada, queues, [alice, bob])
        rolling.roll(organisation_id=berlin.pk, now=NOW - timedelta(hours=11))
        _compare(ada, queues, [alice, bob])
        clockwork.moves_to(NOW + timedelta(days=1))
        rolling.roll(organisation_id=berlin.pk, now=clockwork.now)
        _compare(ada, queues, [alice, bob])
        transaction.set_rollback(True)


def _compare(viewer: Agent, queues: list[Queue], people: list[Agent]) -> None:
    world = plainly.World()
    for name, rows, figures in (
        ("queues", queues, plainly.of_queue),
        ("agents", people, plainly.of_agent),
    ):
        subject = name.removesuffix("s")
        for interval in ("day", "hour"):
            question = asking.parse(viewer, name, ASKED | {"interval": interval})
            answer = reading.answer(viewer, question)
            whole = plainly.Span(*SPAN, clock.now())
            _same(world, answer.by_subject, subject, rows, figures, whole)
            for start, end in _bounds(answer.by_start):
                here = [row for row in answer.rows if row["start"] == start]
                span = plainly.Span(start, end, clock.now())
                if here or interval == "day":
                    _same(world, here, subject, rows, figures, span)


def _bounds(rows: list[Row]) -> list[tuple[datetime, datetime]]:
    begins = [row["start"].astimezone(UTC) for row in rows]
    return list(zip(begins, [*begins[1:], SPAN[1]], strict=True))


def _same(
    world: plainly.World,
    found: list[Row],
    subject: str,
    rows: Any,
    figures: Any,
    span: plainly.Span,
) -> None:
    by_id = {row[subject]["id"]: row for row in found}
    for each in rows:
        expected = figures(world, each, span)
        row = by_id.get(each.pk)
        if row is None:
            assert not any(expected.values()), expected
            continue
        shown = {name: row[name] for name in expected}
        assert shown == pytest.approx(expected, abs=0.0015), (each, span)


# --- what happened ------------------------------------------------------------------
def _chat(
    queues: list[Queue],
    people: list[Agent],
    opened: datetime,
    visits: Any,
    shares: Any,
    lines: Any,
    end: str,
) -> None:
    last = timedelta(seconds=20_000)
    is_over = end != "open"
    contact = ContactFactory.create(
        organisation=queues[0].organisation,
        queue=None if end == "contained" else queues[0],
        chosen_queue=queues[1],
        enqueued_at=None if end == "contained" else opened,
        opened_at=opened,
        **({"ended": True, "ended_at": opened + last} if is_over else {}),
        **({"state": "bot"} if end == "contained" and not is_over else {}),
    )
    moment = opened
    for which, wait, outcome in visits:
        left = moment + timedelta(seconds=wait)
        QueueVisitFactory.create(
            contact=contact,
            queue=queues[which],
            entered_at=moment,
            left_at=left,
            outcome=outcome,
        )
        moment = left
    moment = opened
    for number, (who, times, fate, kind) in enumerate(shares):
        is_last = number == len(shares) - 1
        moment = _share(
            contact, queues[number % 2], people[who], moment, times,
            "end" if fate == "open" and not is_last else fate, kind,
        )  # fmt: skip
    moment = opened
    for number, (later, who) in enumerate(lines, 1):
        moment += timedelta(seconds=later)
        by_agent = who.isdecimal()
        MessageFactory.create(
            contact=contact,
            seq=number,
            sender_kind="agent" if by_agent else who,
            sender_agent=people[int(who)] if by_agent else None,
            created_at=moment,
        )


def _share(
    contact: Any, queue: Queue, agent: Agent, moment: datetime, times: Any, fate: str,
    kind: str,
) -> datetime:  # fmt: skip
    later, rings, talks, wraps = (timedelta(seconds=each) for each in times)
    offered = moment + later
    decided = offered + rings
    over = decided + talks
    values: dict[str, Any] = {
        "rona": {"state": "rona", "ended_at": decided, "outcome": "rona"},
        "declined": {"state": "declined", "ended_at": decided, "outcome": "declined"},
        "left": {"state": "left", "connected_at": decided, "ended_at": over},
        "open": {"state": "connected", "connected_at": decided},
    }.get(
        fate,
        {
            "state": "completed",
            "connected_at": decided,
            "wrapup_at": over,
            "ended_at": over + wraps,
            "outcome": fate,
        },
    )
    role = "consulted" if kind == "conference" else "primary"
    AssignmentFactory.create(
        contact=contact,
        queue=queue,
        agent=agent,
        kind=kind,
        role=role,
        offered_at=offered,
        **values,
    )
    return decided


def _states(people: list[Agent], log: Any) -> None:
    begins = [MIDNIGHT - timedelta(hours=1) for _ in people]
    for who, state, lasts in log:
        begin = begins[who]
        begins[who] = begin + timedelta(seconds=lasts)
        StateLog.objects.create(
            agent=people[who], state=state, from_at=begin, until_at=begins[who]
        )
