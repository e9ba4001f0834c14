"""Generated histories: each figure is what it is plainly, at once and rolled up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from reports import asking, reading
from tests.factories import (
    AssignmentFactory,
    ContactFactory,
    MessageFactory,
    QueueFactory,
    QueueVisitFactory,
)
from tests.reports import plainly, two_days

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent, Organisation
    from queues.models import Queue
    from reports.answers import Row
    from tests.clockwork import Clockwork

seconds = st.sampled_from([0, 4, 5, 6, 19, 20, 21, 60, 600, 4000])
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
    two_days.at,
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


@given(
    history=st.lists(chats, min_size=1, max_size=5), log=st.lists(states, max_size=8)
)
@two_days.some
def test_figures_are_what_they_are_plainly(
    acme: Organisation,
    clockwork: Clockwork,
    ada: Agent,
    alice: Agent,
    bob: Agent,
    history: Any,
    log: Any,
) -> None:
    with transaction.atomic():
        two_days.begin(acme, clockwork)
        queues = [
            QueueFactory.create(organisation=acme, service_level_threshold=threshold)
            for threshold in (20, 60)
        ]
        for chat in history:
            _chat(queues, [alice, bob], *chat)
        two_days.log_states([alice, bob], log)
        ada.refresh_from_db()

        two_days.at_once_and_rolled_up(
            acme, clockwork, lambda: _compare(ada, queues, [alice, bob])
        )
        transaction.set_rollback(True)


def _compare(viewer: Agent, queues: list[Queue], people: list[Agent]) -> None:
    world = plainly.World()
    for name, rows, figures in (
        ("queues", queues, plainly.of_queue),
        ("agents", people, plainly.of_agent),
    ):
        subject = name.removesuffix("s")
        for interval in ("day", "hour"):
            question = asking.parse(
                viewer, name, two_days.ASKED | {"interval": interval}
            )
            answer = reading.answer(viewer, question)
            whole = plainly.Span(*two_days.SPAN, clock.now())
            _same(world, answer.by_subject, subject, rows, figures, whole)
            for start, end in two_days.bounds(answer.by_start):
                here = [row for row in answer.rows if row["start"] == start]
                span = plainly.Span(start, end, clock.now())
                if here or interval == "day":
                    _same(world, here, subject, rows, figures, span)


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
