"""Rollups are what the rows say, whenever and however often they are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from agents.models import Agent
from reports import counting, jobs, quarters
from reports.models import ContactSums, Named, QueueSums, Rolled, ShareSums, Span
from reports.services import rolling
from tests import steps
from tests.reports.asked import kept, report

if TYPE_CHECKING:
    from agents.models import Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def day(clockwork: Clockwork) -> Clockwork:
    """Noon in the organisation's (UTC) day."""
    clockwork.moves_to(NOON)
    return clockwork


def work(day: Clockwork, alice: Agent, direct: EntryPoint) -> steps.Chat:
    steps.go_available(alice)
    chat = steps.completed(alice, direct)
    day.moves(seconds=60)
    return chat


def test_what_may_still_be_stored_is_not_counted(
    day: Clockwork, alice: Agent, direct: EntryPoint, acme: Organisation
) -> None:
    work(day, alice, direct)
    day.moves_to(NOON + timedelta(minutes=19))
    jobs.roll(day.now)
    too_early = QueueSums.objects.count()

    day.moves_to(NOON + timedelta(minutes=20))
    jobs.roll(day.now)

    assert too_early == 0
    assert QueueSums.objects.get().answered == 1
    until = Rolled.objects.get(organisation=acme).until
    assert quarters.begin(until) == NOON + timedelta(minutes=15)


def test_twice_is_once(
    day: Clockwork, alice: Agent, direct: EntryPoint, acme: Organisation
) -> None:
    work(day, alice, direct)
    day.moves(seconds=3600)
    jobs.roll(day.now)
    first = kept(acme)

    assert jobs.roll(day.now) == 0
    rolling.roll(organisation_id=acme.pk, now=day.now)

    assert kept(acme) == first


def test_a_run_that_was_overtaken_stores_nothing(
    day: Clockwork,
    alice: Agent,
    direct: EntryPoint,
    acme: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another run counts and stores while the first one counts."""
    work(day, alice, direct)
    day.moves(seconds=3600)
    count = counting.count

    def overtaken(*args: Any, **options: Any) -> counting.Tally:
        tally = count(*args, **options)
        monkeypatch.setattr(counting, "count", count)
        assert rolling.roll(organisation_id=acme.pk, now=day.now) == 1
        return tally

    monkeypatch.setattr(counting, "count", overtaken)

    assert rolling.roll(organisation_id=acme.pk, now=day.now) == 0
    assert QueueSums.objects.get(span=Span.QUARTER).answered == 1


def test_late_runs_count_all(
    day: Clockwork, alice: Agent, direct: EntryPoint, acme: Organisation
) -> None:
    for _ in range(3):
        work(day, alice, direct)
        day.moves_to(day.now + timedelta(days=10))
    jobs.roll(day.now)

    days = QueueSums.objects.filter(span=Span.DAY)
    assert [row.answered for row in days.order_by("quarter")] == [1, 1, 1]
    assert jobs.roll(day.now) == 0


def test_a_chat_of_many_days_is_counted_to_its_end(
    day: Clockwork, alice: Agent, direct: EntryPoint, acme: Organisation
) -> None:
    steps.go_available(alice)
    chat = steps.connected(alice, direct)
    day.moves_to(NOON + timedelta(days=9))
    jobs.roll(day.now)
    steps.say(chat, "Is anybody there?")
    day.moves(seconds=60)
    steps.say(alice, "Yes", to=chat)
    steps.end(alice, chat)
    day.moves(seconds=3600)
    jobs.roll(day.now)

    shares = ShareSums.objects.filter(span=Span.QUARTER, replied=1)
    assert [row.replying for row in shares] == [60_000_000]
    contacts = ContactSums.objects.filter(span=Span.QUARTER)
    assert sorted((row.opened, row.ended_agent_ended) for row in contacts) == [
        (0, 1),
        (1, 0),
    ]


def test_what_was_stored_late_is_not_lost(
    day: Clockwork, alice: Agent, direct: EntryPoint, acme: Organisation
) -> None:
    chat = work(day, alice, direct)
    visit = chat.contact.queue_visits.get()
    visits = type(visit).objects.filter(pk=visit.pk)
    visits.update(left_at=None)
    day.moves_to(NOON + timedelta(hours=1))
    jobs.roll(day.now)
    early = QueueSums.objects.get().answered

    visits.update(left_at=visit.left_at)  # as if it was committed only now
    day.moves_to(NOON + timedelta(hours=1, minutes=30))
    jobs.roll(day.now)

    assert (early, QueueSums.objects.get().answered) == (0, 1)


def test_a_rebuild_finds_what_was_kept(
    day: Clockwork, alice: Agent, direct: EntryPoint, acme: Organisation
) -> None:
    for _ in range(30):
        work(day, alice, direct)
        day.moves(seconds=3000)
        jobs.roll(day.now)
    before = kept(acme)
    QueueSums.objects.filter(span=Span.QUARTER).update(answered=7)
    ShareSums.objects.filter(span=Span.DAY).update(handled=7)

    call_command("rollups", "--rebuild", "--organisation", acme.slug)

    assert kept(acme) == before


def test_a_rebuild_from_a_day_leaves_what_was_before(
    day: Clockwork, alice: Agent, direct: EntryPoint, acme: Organisation
) -> None:
    for _ in range(2):
        work(day, alice, direct)
        day.moves_to(day.now + timedelta(days=1))
    jobs.roll(day.now)
    QueueSums.objects.update(answered=7)

    call_command("rollups", "--rebuild", "--since", "2026-03-03")

    rows = QueueSums.objects.filter(span=Span.DAY).order_by("quarter")
    assert [row.answered for row in rows] == [7, 1]


def test_a_rebuild_of_what_there_is_not(db: None) -> None:
    with pytest.raises(CommandError):
        call_command("rollups", "--rebuild", "--organisation", "nowhere")
    with pytest.raises(CommandError):
        call_command("rollups", "--since", "2026-03-03")


def test_another_zone_has_other_days(
    day: Clockwork, alice: Agent, ada: Agent, direct: EntryPoint, acme: Organisation
) -> None:
    work(day, alice, direct)
    day.moves_to(NOON + timedelta(days=2))
    jobs.roll(day.now)
    acme.timezone = "Pacific/Auckland"
    acme.save(update_fields=["timezone"])
    asked = {"since": "2026-03-02", "until": "2026-03-03", "interval": "day"}
    at_once = report(ada, "queues", **asked)

    jobs.roll(day.now)

    for found in (at_once, report(ada, "queues", **asked)):
        assert [row["offered"] for row in found["by_start"]] == [0, 1]
    [row] = QueueSums.objects.filter(span=Span.DAY)
    assert quarters.begin(row.quarter) == datetime(2026, 3, 2, 11, tzinfo=UTC)


def test_an_agent_who_was_deleted_keeps_a_name(
    day: Clockwork, carol: Agent, ada: Agent, acme: Organisation
) -> None:
    Agent.objects.update(state_since=NOON)
    steps.go_available(carol)
    day.moves(seconds=1800)
    steps.choose(carol, "idle")
    steps.post(steps.client_for(carol), f"{steps.API}/me/sign-out/", {})
    day.moves_to(NOON + timedelta(days=1))
    jobs.roll(day.now)
    pk = carol.pk
    answer = steps.client_for(ada).delete(f"{steps.API}/agents/{pk}/")
    assert answer.status_code == 204, answer.content
    assert Named.objects.filter(key=pk, name="Carol").exists()

    call_command("rollups", "--rebuild")

    found = report(ada, "agents", since="2026-03-02", until="2026-03-02")
    [row] = found["by_subject"]
    assert row["agent"] == {"id": pk, "display_name": "Carol"}
    assert row["available_seconds"] == 1800.0


def test_figures_stay_when_rows_are_erased(
    day: Clockwork, alice: Agent, ada: Agent, direct: EntryPoint, support: Queue
) -> None:
    chat = work(day, alice, direct)
    day.moves_to(NOON + timedelta(days=1))
    jobs.roll(day.now)

    chat.contact.queue_visits.all().delete()
    day.moves_to(NOON + timedelta(days=2))
    jobs.roll(day.now)

    found = report(ada, "queues", since="2026-03-02")
    assert found["totals"]["answered"] == 1
