"""Who gets a contact: decisions on plain values (domain 4.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.models import BlendingMode, Channel
from queues.routing import (
    Candidate,
    Capacity,
    Demand,
    Line,
    Waiting,
    WhyNot,
    why_not,
)

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SUPPORT, SALES = 1, 2


def capacity(mode: str = BlendingMode.BLENDED, **slots: int) -> Capacity:
    return Capacity(
        mode, {channel: slots.get(channel, 0) for channel in Channel.values}
    )


def agent(number: int, *, since: int = 0, **values: Any) -> Candidate:
    """Return an agent with one chat slot, Available `since` seconds after noon."""
    values = {"capacity": capacity(chat=1), "joins_after": {SUPPORT: 0}, **values}
    available_since = NOON + timedelta(seconds=since)
    return Candidate(agent_id=number, available_since=available_since, **values)


def contact(number: int = 1, **values: Any) -> Waiting:
    """Return a chat that has waited in Support since noon."""
    usual = {"queue_id": SUPPORT, "channel": "chat", "visit_started_at": NOON}
    values = {**usual, **values}
    return Waiting(contact_id=UUID(int=number), **values)


# --- free slots ---------------------------------------------------------------------
def test_blended_counts_each_channel_for_itself() -> None:
    able = capacity(voice=1, chat=2, email=3, social=1)
    live = {"chat": 2, "voice": 1, "email": 1}

    free = {channel.value: able.free(channel, live) for channel in Channel}

    assert free == {"voice": 0, "chat": 0, "email": 2, "social": 1}


@pytest.mark.parametrize(
    ("busy_with", "free"),
    [
        ({}, {"voice": 1, "chat": 3, "email": 2, "social": 1}),
        ({"chat": 1}, {"voice": 0, "chat": 2, "email": 2, "social": 1}),
        ({"voice": 1}, {"voice": 0, "chat": 0, "email": 2, "social": 1}),
        ({"email": 2}, {"voice": 1, "chat": 3, "email": 0, "social": 1}),
        ({"chat": 3, "email": 1}, {"voice": 0, "chat": 0, "email": 1, "social": 1}),
    ],
)
def test_blended_real_time_takes_voice_or_chat_never_both(
    busy_with: dict[str, int], free: dict[str, int]
) -> None:
    able = capacity(BlendingMode.BLENDED_REALTIME, voice=1, chat=3, email=2, social=1)

    assert {each: able.free(each, busy_with) for each in Channel.values} == free


@pytest.mark.parametrize("busy_with", [None, *Channel.values])
def test_exclusive_takes_one_contact_over_all_channels(busy_with: str | None) -> None:
    able = capacity(BlendingMode.EXCLUSIVE, voice=1, chat=1, email=1, social=0)
    live = {busy_with: 1} if busy_with else {}

    free = {each: able.free(each, live) for each in Channel.values}

    ticked = 0 if busy_with else 1
    assert free == {"voice": ticked, "chat": ticked, "email": ticked, "social": 0}


def test_more_live_than_slots_is_full_not_below_zero() -> None:
    # A profile may shrink while contacts are in hand.
    assert capacity(chat=1).free(Channel.CHAT, {"chat": 3}) == 0


# --- why not ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("candidate", "waiting", "reason"),
    [
        (agent(1), contact(), None),
        (agent(1, joins_after={SALES: 0}), contact(), WhyNot.NOT_SERVING),
        (agent(1, capacity=capacity(email=5)), contact(), WhyNot.NO_SLOTS),
        (agent(1, live={"chat": 1}), contact(), WhyNot.FULL),
        (agent(1), contact(closed_to=frozenset({1})), WhyNot.MISSED),
        (agent(2), contact(closed_to=frozenset({1})), None),
        (agent(1, joins_after={SUPPORT: 11}), contact(), WhyNot.JOINS_LATER),
        (agent(1, joins_after={SUPPORT: 10}), contact(), None),
    ],
)
def test_why_an_agent_does_not_get_a_contact(
    candidate: Candidate, waiting: Waiting, reason: WhyNot | None
) -> None:
    now = NOON + timedelta(seconds=10)

    assert why_not(candidate, waiting=waiting, now=now) == reason


# --- the line -----------------------------------------------------------------------
def served(line: Line, *contacts: Waiting) -> list[int | None]:
    """Return who gets the contacts, one after the other."""
    takers = [line.take(each, now=NOON) for each in contacts]
    return [None if taker is None else taker.agent_id for taker in takers]


def test_who_was_available_longest_comes_first() -> None:
    line = Line([agent(1, since=3), agent(2, since=1), agent(3, since=2)])

    assert served(line, *map(contact, range(4))) == [2, 3, 1, None]


def test_a_tie_goes_to_who_has_less_in_hand_then_to_the_lower_id() -> None:
    two = capacity(chat=2)
    line = Line(
        [
            agent(1, capacity=two, live={"chat": 1}),
            agent(3, capacity=two),
            agent(2, capacity=two),
        ]
    )

    assert served(line, *map(contact, range(5))) == [2, 3, 1, 2, 3]


def test_who_cannot_take_a_contact_keeps_the_place_for_the_next() -> None:
    line = Line([agent(1, since=0), agent(2, since=1)])
    not_for_1 = contact(closed_to=frozenset({1}))

    assert served(line, not_for_1, contact()) == [2, 1]


def test_who_has_no_slot_at_all_is_not_in_the_line() -> None:
    line = Line([agent(1, capacity=capacity()), agent(2, live={"chat": 1})])

    assert line.first(10) == []
    assert line.demand() == {}


def test_demand_names_what_the_line_could_take_and_when() -> None:
    line = Line(
        [
            agent(1, joins_after={SUPPORT: 20, SALES: 0}),
            agent(2, joins_after={SUPPORT: 5}, capacity=capacity(chat=1, email=1)),
        ]
    )

    assert line.demand() == {
        Demand(Channel.CHAT, 5): {SUPPORT},
        Demand(Channel.CHAT, 0): {SALES},
        Demand(Channel.EMAIL, 5): {SUPPORT},
    }


modes = st.sampled_from(BlendingMode.values)
numbers = st.integers(0, 2)
counts = st.fixed_dictionaries(dict.fromkeys(Channel.values, numbers))
delays = st.dictionaries(st.sampled_from([SUPPORT, SALES]), st.sampled_from([0, 10]))
agents = st.lists(st.tuples(numbers, modes, counts, counts, delays), max_size=6).map(
    lambda rows: [
        Candidate(
            agent_id=number,
            available_since=NOON + timedelta(seconds=since),
            capacity=Capacity(mode, slots),
            live=live,
            joins_after=joins,
        )
        for number, (since, mode, slots, live, joins) in enumerate(rows)
    ]
)
contacts = st.lists(
    st.tuples(
        st.sampled_from([SUPPORT, SALES]),
        st.sampled_from(Channel.values),
        st.frozensets(st.integers(0, 5), max_size=3),
    ),
    max_size=8,
).map(
    lambda rows: [
        Waiting(UUID(int=number), queue, channel, NOON, closed)
        for number, (queue, channel, closed) in enumerate(rows)
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(candidates=agents, waiting=contacts, passed=st.sampled_from([0, 10]))
def test_the_line_decides_as_the_rule_says(
    candidates: list[Candidate], waiting: list[Waiting], passed: int
) -> None:
    now = NOON + timedelta(seconds=passed)
    line = Line(candidates)
    people = {each.agent_id: each for each in candidates}

    for each in waiting:
        routable = [
            one
            for one in people.values()
            if why_not(one, waiting=each, now=now) is None
        ]
        expected = min(routable, key=lambda one: one.turn, default=None)
        wanted = line.demand()

        chosen = line.take(each, now=now)

        assert chosen == expected
        if chosen is not None:
            people[chosen.agent_id] = chosen.with_one_more(each.channel)
            asked = [
                one.after_seconds
                for one, queues in wanted.items()
                if one.channel == each.channel and each.queue_id in queues
            ]
            assert min(asked) <= passed
