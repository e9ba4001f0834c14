"""Generated histories: each figure of the other reports is what it is plainly, at once
and rolled up."""

from __future__ import annotations

from datetime import timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import Miss
from core import clock
from reports import asking, reading
from tests.factories import (
    AssignmentFactory,
    AssistantFactory,
    ContactEventFactory,
    ContactFactory,
    EntryPointFactory,
    MessageFactory,
    WrapUpCodeFactory,
    WrapUpFactory,
)
from tests.reports import plainly, plainly_others, two_days

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent, Organisation
    from contacts.models import Contact
    from reports.answers import Row
    from tests.clockwork import Clockwork

FIGURES = {
    "contacts": ("source", plainly_others.of_contacts),
    "assistants": ("assistant", plainly_others.of_assistants),
    "ratings": ("agent", plainly_others.of_ratings),
    "wrapups": ("code", plainly_others.of_wrapups),
    "states": ("state", plainly_others.of_states),
}

seconds = st.sampled_from([0, 1, 60, 600, 899, 4000])
moments = st.lists(seconds, max_size=3)
# When it was given, if that is known, and the score.
ratings = st.tuples(st.none() | seconds, st.sampled_from(plainly_others.SCORES))
shares = st.tuples(
    st.integers(0, 1),  # the agent
    st.tuples(seconds, seconds, seconds),  # comes, talks, wraps
    st.sampled_from(["primary", "consulted"]),
    st.none() | st.tuples(st.integers(0, 1), st.booleans()),  # code, by itself
)
chats = st.fixed_dictionaries(
    {
        "opened": two_days.at,
        "lasts": seconds,
        "end": st.sampled_from([*plainly_others.ENDS, ""]),
        "point": st.integers(0, 1),
        "page": st.sampled_from(
            ["", "https://shop.example/cart", "https://Shop.example:8443/"]
        ),
        "assisted": st.booleans(),
        "waited": st.booleans(),
        "dropped": st.integers(0, 2),
        "masked": moments,
        "plain": moments,
        "blocked": moments,
        "missed": moments,
        "over": st.lists(
            st.tuples(seconds, st.sampled_from(plainly_others.HAND_OVERS)), max_size=2
        ),
        "rating": st.none() | ratings,
        "shares": st.lists(shares, max_size=3),
    }
)
states = st.tuples(
    st.integers(0, 1),
    st.sampled_from(["available", "idle:Break", "idle:Lunch", "rona", "offline"]),
    seconds,
)


class Centre:
    """To whom it happens."""

    def __init__(self, organisation: Organisation, people: list[Agent]) -> None:
        self.people = people
        self.points = EntryPointFactory.create_batch(2, organisation=organisation)
        self.codes = WrapUpCodeFactory.create_batch(2, organisation=organisation)
        self.assistant = AssistantFactory.create(organisation=organisation)
        self.organisation = organisation


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
        centre = Centre(acme, [alice, bob])
        for told in history:
            _chat(centre, told)
        two_days.log_states([alice, bob], log)
        ada.refresh_from_db()

        two_days.at_once_and_rolled_up(acme, clockwork, lambda: _compare(ada))
        transaction.set_rollback(True)


def _compare(viewer: Agent) -> None:
    world = plainly_others.World()
    for name, (subject, figures) in FIGURES.items():
        for interval in ("day", "hour"):
            question = asking.parse(
                viewer, name, two_days.ASKED | {"interval": interval}
            )
            answer = reading.answer(viewer, question)
            whole = plainly.Span(*two_days.SPAN, clock.now())
            _same(answer.by_subject, subject, figures(world, whole))
            if name == "wrapups":
                _adds_up(answer.by_subject)
            for start, end in two_days.bounds(answer.by_start):
                here = [row for row in answer.rows if row["start"] == start]
                there = figures(world, plainly.Span(start, end, clock.now()))
                _same(here, subject, there)


def _same(found: list[Row], subject: str, expected: plainly_others.Figures) -> None:
    rows = {row[subject]["id"]: row for row in found}
    for key in rows.keys() | expected.keys():
        figures = expected.get(key, {})
        row = rows.get(key)
        if row is None:
            assert not any(figures.values()), (key, figures)
        elif not figures:
            assert not any(value for name, value in row.items() if _counts(name, row))
        else:
            # The rows of one interval are not parts of what is told of all.
            shown = {name: row[name] for name in figures}
            assert shown == pytest.approx(figures, abs=0.0015), key


def _counts(name: str, row: Row) -> bool:
    return isinstance(row[name], int | float)


def _adds_up(rows: list[Row]) -> None:
    """Running shares go by what is most frequent, up to all of it."""
    counts = [row["wrapped_up"] for row in rows]
    assert counts == sorted(counts, reverse=True)
    running = [number / sum(counts) for number in accumulate(counts)]
    assert [row["running_share"] for row in rows] == pytest.approx(running, abs=0.0015)


# --- what happened ------------------------------------------------------------------
def _chat(centre: Centre, told: dict[str, Any]) -> None:
    point = centre.points[told["point"]]
    is_over = bool(told["end"])
    lasts = told["lasts"] if is_over else 20_000
    over = told["opened"] + timedelta(seconds=lasts)
    ended: dict[str, Any] = {
        "ended": True,
        "ended_at": over,
        "closed_at": over,
        "ended_reason": told["end"],
    }
    waited = told["waited"] or not told["assisted"]
    contact = ContactFactory.create(
        organisation=centre.organisation,
        entry_point=point,
        queue=point.queue if waited else None,
        assistant=centre.assistant if told["assisted"] else None,
        opened_at=told["opened"],
        enqueued_at=told["opened"] if waited else None,
        page_url=told["page"],
        dropped_messages=told["dropped"],
        **(ended if is_over else {} if waited else {"state": "bot"}),
    )
    if is_over and told["rating"]:
        later, score = told["rating"]
        contact.rating = score
        if later is not None:
            contact.rated_at = over + timedelta(seconds=later)
        contact.save()
    _in_it(contact, told, lasts)
    for share in told["shares"]:
        _share(centre, contact, *share)


def _in_it(contact: Contact, told: dict[str, Any], lasts: int) -> None:
    """Have lines, files and misses come while the contact is open."""

    def when(later: int) -> datetime:
        return contact.opened_at + timedelta(seconds=min(later, lasts))

    lines = [(later, True) for later in told["masked"]]
    lines += [(later, False) for later in told["plain"]]
    for seq, (later, masked) in enumerate(lines, 1):
        MessageFactory.create(
            contact=contact, seq=seq, masked=masked, created_at=when(later)
        )
    for later in told["blocked"]:
        ContactEventFactory.create(contact=contact, code="file_blocked", at=when(later))
    if not told["assisted"]:
        return
    for later in told["missed"]:
        Miss.objects.create(contact=contact, at=when(later), after_seq=0, last_seq=1)
    for later, reason in told["over"]:
        ContactEventFactory.create(
            contact=contact,
            code="handed_over",
            at=when(later),
            details={"reason": reason},
        )


def _share(
    centre: Centre, contact: Contact, who: int, times: Any, role: str, wrapped: Any
) -> None:
    comes, talks, wraps = (timedelta(seconds=each) for each in times)
    connected = contact.opened_at + comes
    share = AssignmentFactory.create(
        contact=contact,
        agent=centre.people[who],
        queue=centre.points[0].queue,
        state="completed",
        role=role,
        kind="routed" if role == "primary" else "conference",
        outcome="end",
        offered_at=connected,
        connected_at=connected,
        wrapup_at=connected + talks,
        ended_at=connected + talks + wraps,
    )
    if wrapped:
        code, auto = wrapped
        WrapUpFactory.create(
            assignment=share,
            code=centre.codes[code],
            auto=auto,
            created_at=share.ended_at,
        )
