"""`manage.py demo --history`: nobody tells its days from real ones by their rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from agents.models import Agent, AgentState, Channel, Organisation, StateLog
from agents.queries import slots_of
from agents.services import sensitive_data
from contacts.models import (
    Assignment,
    AssignmentOutcome,
    AssignmentState,
    Attachment,
    Contact,
    ContactEvent,
    ContactEventCode,
    CustomerNote,
    EndedReason,
    Message,
    Miss,
    Note,
    QueueVisit,
    VisitOutcome,
)
from tests.administration.history import A_DAY, TUESDAY, days_of, make
from tests.journeys import invariants
from wrapup.models import WrapUp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.clockwork import Clockwork

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
A_SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def demo(clockwork: Clockwork) -> None:
    clockwork.moves_to(TUESDAY)
    call_command("demo", verbosity=0)


@pytest.fixture
def acme() -> Organisation:
    return Organisation.objects.get(slug="acme")


def test_its_rows_are_those_of_real_days(acme: Organisation) -> None:
    make(2)  # Monday, and Tuesday until 13:30

    invariants.check_always()
    _all_is_over()
    _shares_are_within_slots()
    _offers_go_to_who_is_available()
    _times_are_in_order()
    _nothing_is_kept_that_must_not_be(acme)
    _everything_occurs()
    _days_have_a_shape(acme)
    assert set(Agent.objects.values_list("state", flat=True)) == {AgentState.OFFLINE}
    numbers = days_of(acme)
    assert 200 < numbers["2035-03-12"] < 600
    assert 60 < numbers["2035-03-13"] < numbers["2035-03-12"]


def _all_is_over() -> None:
    assert not Contact.objects.exclude(state="ended").exists()
    assert not Contact.objects.filter(closed_at=None).exists()
    assert not QueueVisit.objects.filter(left_at=None).exists()
    assert not Assignment.objects.filter(ended_at=None).exists()
    late: dict[Any, str] = {
        Contact: "closed_at",
        Assignment: "ended_at",
        ContactEvent: "at",
        Message: "created_at",
        StateLog: "from_at",
        WrapUp: "created_at",
    }
    for model, column in late.items():
        assert not model.objects.filter(**{f"{column}__gte": TUESDAY}).exists()


def _shares_are_within_slots() -> None:
    """At every moment nobody has more in hand than their profile allows."""
    slots = slots_of([agent.pk for agent in Agent.objects.all()])
    changes: defaultdict[tuple[int, str], list[tuple[datetime, int]]]
    changes = defaultdict(list)
    for share in Assignment.objects.select_related("contact"):
        assert share.ended_at is not None
        hand = changes[share.agent_id, share.contact.channel]
        hand += [(share.offered_at, 1), (share.ended_at, -1)]
    assert changes
    for (agent_id, channel), rows in changes.items():
        held = 0
        for _, change in sorted(rows):
            held += change
            assert held <= slots[agent_id][channel]


def _offers_go_to_who_is_available() -> None:
    spells = defaultdict(list)
    for row in StateLog.objects.order_by("from_at", "pk"):
        spells[row.agent_id].append(row)
    for share in Assignment.objects.all():
        rows = [r for r in spells[share.agent_id] if r.from_at <= share.offered_at]
        assert rows[-1].state == AgentState.AVAILABLE
        if share.connected_at is not None:
            rows = [r for r in spells[share.agent_id] if r.from_at < share.connected_at]
            assert rows[-1].state == AgentState.AVAILABLE
            assert share.connected_at < share.rona_at
        if share.state == AssignmentState.RONA:
            assert share.ended_at is not None
            assert share.ended_at >= share.rona_at
            [after] = [r for r in spells[share.agent_id] if r.from_at == share.ended_at]
            assert after.state == AgentState.RONA


def _times_are_in_order() -> None:
    for share in Assignment.objects.select_related("wrap_up"):
        times = [
            share.offered_at,
            share.connected_at,
            share.wrapup_at,
            share.ended_at,
        ]
        _ascend(at for at in times if at is not None)
    contacts = Contact.objects.prefetch_related("messages", "events", "assignments")
    for contact in contacts:
        since, until = contact.opened_at, contact.ended_at
        lines = sorted(contact.messages.all(), key=lambda line: line.seq)
        _ascend([since, *(line.created_at for line in lines), until])
        assert contact.last_message_at == lines[-1].created_at
        _ascend([contact.opened_at, contact.enqueued_at, contact.connected_at])
        events = sorted(contact.events.all(), key=lambda event: event.pk)
        _ascend([since, *(event.at for event in events), contact.closed_at])
        assert events[0].code == ContactEventCode.OPENED
        done = [share.ended_at for share in contact.assignments.all()]
        assert contact.closed_at == max(at for at in [*done, until] if at is not None)


def _ascend(times: Iterable[datetime | None]) -> None:
    known = [at for at in times if at is not None]
    assert all(before <= after for before, after in pairwise(known))


def _nothing_is_kept_that_must_not_be(acme: Organisation) -> None:
    lines = Message.objects.filter(contact__organisation=acme)
    masked = lines.filter(masked=True)
    assert masked.exists()
    assert Contact.objects.filter(masked_messages__gt=0).count() == len(
        set(masked.values_list("contact", flat=True))
    )
    for text in set(lines.values_list("text", flat=True)):
        assert sensitive_data.screen(acme, text).text == text


def _everything_occurs() -> None:
    reasons = set(Contact.objects.values_list("ended_reason", flat=True))
    assert reasons >= {
        EndedReason.ABANDONED,
        EndedReason.AGENT_ENDED,
        EndedReason.CUSTOMER_LEFT,
        EndedReason.BOT_ENDED,
    }
    outcomes = set(Assignment.objects.values_list("outcome", flat=True))
    assert outcomes >= {
        AssignmentOutcome.END,
        AssignmentOutcome.TRANSFER,
        AssignmentOutcome.RONA,
        AssignmentOutcome.DECLINED,
        AssignmentOutcome.WITHDRAWN,
    }
    assert outcomes & {AssignmentOutcome.EXIT, AssignmentOutcome.DROP}
    reasons = set(Contact.objects.values_list("handover_reason", flat=True))
    assert reasons == {"", "asked", "misses"}
    channels = set(Contact.objects.values_list("channel", flat=True))
    assert channels == {Channel.CHAT, Channel.EMAIL}
    waits = QueueVisit.objects.filter(outcome=VisitOutcome.ABANDONED)
    assert any(w.left_at and w.left_at - w.entered_at < 5 * A_SECOND for w in waits)
    assert all(m.objects.exists() for m in (Miss, Note, CustomerNote, Attachment))
    assert Contact.objects.filter(rating__isnull=False).exclude(rating_comment="")
    again = Contact.objects.values_list("customer", flat=True)
    assert Counter(again).most_common(1)[0][1] > 1
    assert {"de-DE", "ar"} <= set(Contact.objects.values_list("language", flat=True))
    codes = Counter(WrapUp.objects.values_list("code_name", flat=True)).most_common()
    assert codes[0][1] > 3 * codes[-1][1]


def _days_have_a_shape(acme: Organisation) -> None:
    monday = [
        at.astimezone(BERLIN)
        for at in acme.contacts.values_list("opened_at", flat=True)
        if at < TUESDAY - A_DAY * 0.6
    ]
    hours = Counter(at.hour for at in monday)
    assert sum(hours[hour] for hour in range(9, 18)) > 0.9 * len(monday)
    assert hours[10] > hours[12]
    busy = StateLog.objects.filter(agent__organisation=acme, idle_code="Lunch")
    assert {row.from_at.astimezone(BERLIN).hour for row in busy} <= {11, 12, 13, 14}
