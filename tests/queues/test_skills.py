"""What contacts ask of agents, and how it relaxes: decisions on plain values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.models import BlendingMode, Channel
from queues.routing import Candidate, Capacity, Line, Waiting, WhyNot, why_not
from queues.skills import Asked, Skills, fits_after, read, union, written

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SUPPORT, SALES = 1, 2
GERMAN, BILLING = 7, 8


def after(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("waited", "level", "step"),
    [
        (0, 3, 10),
        (9.9, 3, 0.1),
        (10, 2, 10),
        (25, 1, 5),
        (29.9, 1, 0.1),
        (30, 0, None),
        (1000, 0, None),
    ],
)
def test_a_level_relaxes_step_by_step_until_it_is_dropped(
    waited: float, level: int, step: float | None
) -> None:
    asked = Asked(GERMAN, 3, 10)

    assert asked.level_after(after(waited)) == level
    assert asked.next_step(after(waited)) == (None if step is None else after(step))


def test_without_steps_it_never_relaxes() -> None:
    asked = Asked(GERMAN, 3)

    assert asked.level_after(timedelta(days=30)) == 3
    assert asked.next_step(timedelta(days=30)) is None
    assert (asked.fits_after(3), asked.fits_after(2)) == (0, None)


def test_of_what_several_ask_for_the_stricter_counts() -> None:
    queue = [Asked(GERMAN, 3, 10), Asked(BILLING, 2, 30)]
    point = [Asked(GERMAN, 4, 5)]
    intent = [Asked(BILLING, 2)]

    assert union(queue, point, intent) == (Asked(GERMAN, 4, 5), Asked(BILLING, 2))
    assert union() == ()


skills = st.builds(
    Asked,
    skill_id=st.sampled_from([GERMAN, BILLING]),
    level=st.integers(1, 5),
    relax_seconds=st.sampled_from([None, 1, 10]),
)
asked_for = st.lists(skills, max_size=3).map(union)
levels = st.dictionaries(st.sampled_from([GERMAN, BILLING]), st.integers(1, 5))


@given(asked=asked_for)
def test_what_is_written_is_read_again(asked: Skills) -> None:
    assert read(written(asked)) == asked
    assert written(reversed(asked)) == written(asked)


@given(asked=asked_for, has=levels, waited=st.integers(0, 60))
def test_who_fits_after_a_wait_has_every_level_that_is_left(
    asked: Skills, has: dict[int, int], waited: int
) -> None:
    seconds = fits_after(asked, has)

    is_enough = all(
        has.get(each.skill_id, 0) >= each.level_after(after(waited)) for each in asked
    )
    assert is_enough == (seconds is not None and seconds <= waited)


# --- the line -----------------------------------------------------------------------
agents = st.lists(
    st.tuples(
        st.integers(0, 2),
        levels,
        st.integers(1, 2),
        st.dictionaries(
            st.sampled_from([SUPPORT, SALES]), st.sampled_from([0, 5]), min_size=1
        ),
    ),
    max_size=6,
).map(
    lambda rows: [
        Candidate(
            agent_id=number,
            available_since=NOON + timedelta(seconds=since),
            capacity=Capacity(
                BlendingMode.BLENDED,
                {**dict.fromkeys(Channel.values, 0), Channel.CHAT: slots},
            ),
            joins_after=joins,
            skills=has,
        )
        for number, (since, has, slots, joins) in enumerate(rows)
    ]
)
contacts = st.lists(
    st.tuples(st.sampled_from([SUPPORT, SALES]), asked_for), max_size=8
).map(
    lambda rows: [
        Waiting(UUID(int=number), queue, Channel.CHAT, NOON, asked=asked)
        for number, (queue, asked) in enumerate(rows)
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(candidates=agents, waiting=contacts, passed=st.integers(0, 25))
def test_the_longest_available_of_those_who_fit_gets_it(
    candidates: list[Candidate], waiting: list[Waiting], passed: int
) -> None:
    now = NOON + timedelta(seconds=passed)
    line = Line(candidates)
    people = {each.agent_id: each for each in candidates}
    asking = {
        queue: {each.asked for each in waiting if each.queue_id == queue}
        for queue in (SUPPORT, SALES)
    }

    for each in waiting:
        able = [
            one
            for one in people.values()
            if each.queue_id in one.joins_after
            and one.joins_after[each.queue_id] <= passed
            and one.capacity.free(Channel.CHAT, one.live)
            and all(
                one.skills.get(want.skill_id, 0) >= want.level_after(after(passed))
                for want in each.asked
            )
        ]
        demand = line.demand(asking)
        is_wanted = any(
            each.queue_id in queues
            and want.asked == each.asked
            and want.after_seconds <= passed
            for want, queues in demand.items()
        )

        chosen = line.take(each, now=now)

        assert chosen == min(able, key=lambda one: one.turn, default=None)
        # The database is asked for those alone whom somebody fits.
        assert is_wanted == (chosen is not None)
        if chosen is not None:
            people[chosen.agent_id] = chosen.with_one_more(each.channel)


def test_a_lacking_skill_is_said_before_a_group_that_joins_later() -> None:
    bob = Candidate(
        agent_id=1,
        available_since=NOON,
        capacity=Capacity(BlendingMode.BLENDED, dict.fromkeys(Channel.values, 1)),
        joins_after={SUPPORT: 60},
        skills={GERMAN: 2},
    )
    asks = Waiting(UUID(int=1), SUPPORT, "chat", NOON, asked=(Asked(GERMAN, 3, 30),))

    def reason(seconds: float) -> WhyNot | None:
        return why_not(bob, waiting=asks, now=NOON + after(seconds))

    assert reason(29.9) == WhyNot.LACKS_SKILL
    assert reason(30) == WhyNot.JOINS_LATER
    assert reason(60) is None
