"""Makes the days that are missing, the ones next to what is there first."""

from __future__ import annotations

from datetime import timedelta
from statistics import median_low
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction

from administration.demo_centres import ACME, GLOBEX, OFFICE_HOURS, Centre
from administration.history import furniture, logs
from administration.history.day import Day
from agents.models import Agent, AgentState, Organisation, StateLog
from contacts.models import (
    Assignment,
    Attachment,
    Contact,
    ContactEvent,
    Customer,
    CustomerNote,
    Message,
    Miss,
    Note,
    QueueVisit,
)
from queues.opening_hours import OpeningHours
from wrapup.models import WrapUp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from administration.history.people import People
    from administration.history.story import Story
    from administration.history.world import World

MOST_DAYS = 366
AN_HOUR = 8  # contacts for each agent, on an ordinary day
AT_ONCE = 2000


class NoHistory(Exception):
    """Why no history is made, in words."""


def make(*, days: int, now: datetime) -> dict[str, str]:
    """Make the last so many days, today up to now among them, of the demo's
    organisations. Return in words what was made, by their short names; a day that is
    there stays as it is."""
    if not 1 <= days <= MOST_DAYS:
        raise NoHistory(f"A history has from 1 to {MOST_DAYS} days.")
    organisations = [*map(_demo_of, (ACME, GLOBEX))]
    return {each.slug: _make(each, days, now) for each in organisations}


def _demo_of(centre: Centre) -> Organisation:
    organisation = Organisation.objects.filter(slug=centre.slug).first()
    if organisation is None:
        raise NoHistory(f"There is no {centre.name} here: load the demo first.")
    emails = [email for email, _, _ in centre.people]
    if not organisation.agents.filter(email__in=emails).exists():
        raise NoHistory(
            f"{organisation.name} ({centre.slug}) is not the demo's: nobody of the "
            "demo works there."
        )
    return organisation


def _make(organisation: Organisation, days: int, now: datetime) -> str:
    with transaction.atomic():
        furniture.complete(organisation)
    made = contacts = 0
    for day in _missing(organisation, days, now):
        number = _make_day(organisation.pk, day, now)
        made += number > 0
        contacts += number
    return f"{organisation}: {made} days, {contacts} contacts"


def first_id(organisation: Organisation, day: date) -> UUID:
    """Return the id of a day's first contact, by which it is known that it is made."""
    return uuid5(NAMESPACE_URL, f"demo-history:{organisation.slug}:{day}")


def _missing(organisation: Organisation, days: int, now: datetime) -> list[date]:
    """Return the days that are missing, in an order in which people can have worked on
    each: logs of states grow at their ends only, away from what is there."""
    today = now.astimezone(ZoneInfo(organisation.timezone)).date()
    wanted = {first_id(organisation, day): day for day in _back_from(today, days)}
    there = Contact.objects.filter(pk__in=wanted).values_list("pk", flat=True)
    made = {wanted[pk] for pk in there}
    missing = [day for day in wanted.values() if day not in made]
    edge = _edge(organisation) or today
    later = [day for day in reversed(missing) if day > edge]
    return later + [day for day in missing if day <= edge]


def _edge(organisation: Organisation) -> date | None:
    """Return the day on which most logs of states end; None where none does."""
    ends = StateLog.objects.filter(
        agent__in=organisation.agents.values("pk"),
        state=AgentState.OFFLINE,
        until_at=None,
    ).values_list("from_at", flat=True)
    if not ends:
        return None
    return median_low(ends).astimezone(ZoneInfo(organisation.timezone)).date()


def _back_from(today: date, days: int) -> Iterator[date]:
    return (today - timedelta(days=number) for number in range(days))


@transaction.atomic
def _make_day(organisation_id: int, date: date, now: datetime) -> int:
    """Play a day and store it. Return the number of contacts; 0 where another process
    has made it meanwhile."""
    rows = Organisation.objects.select_for_update(no_key=True)
    organisation = rows.get(pk=organisation_id)
    if Contact.objects.filter(pk=first_id(organisation, date)).exists():
        return 0
    list(Agent.objects.select_for_update(of=("self",)).filter(
        organisation=organisation).order_by("pk"))  # fmt: skip
    day = _day(organisation, date, now)
    world = day.play()
    stories = [story for story in world.stories if story.lines or story.visits]
    _store(stories, day.people)
    _store_logs(world)
    return len(stories)


def _day(organisation: Organisation, date: date, now: datetime) -> Day:
    centre = furniture.centre_of(organisation)
    day = Day(
        centre=centre,
        date=date,
        hours=_hours(organisation),
        first_id=first_id(organisation, date),
        per_hour=AN_HOUR * len(centre.agents),
        now=now,
    )
    people = [agent for agent, _ in centre.agents.values()]
    day.leave_out(logs.absent(people, start=day.start, end=min(day.end, now)))
    return day


def _hours(organisation: Organisation) -> OpeningHours:
    own = organisation.hours.order_by("pk").first()
    if own is not None:
        return own.opening
    return OpeningHours.of(
        timezone=OFFICE_HOURS["timezone"], weekly=OFFICE_HOURS["weekly"]
    )


def _store_logs(world: World) -> None:
    for desk in world.desks.values():
        logs.keep(desk)


def _store(stories: list[Story], people: People) -> None:
    """Store all rows of some contacts, what others lead to first."""
    Customer.objects.bulk_create(people.new, batch_size=AT_ONCE)
    Customer.objects.bulk_update(people.earlier, ["created_at"])
    kinds: dict[Any, list[Any]] = {
        Contact: [story.contact for story in stories],
        QueueVisit: _all(stories, "visits", "entered_at"),
        Assignment: _all(stories, "shares", "offered_at"),
        WrapUp: _all(stories, "wrap_ups", "created_at"),
        Message: _all(stories, "lines", "created_at"),
        ContactEvent: _all(stories, "events", "at"),
        Miss: _all(stories, "misses", "at"),
        Note: _all(stories, "notes", "created_at"),
        CustomerNote: _all(stories, "customer_notes", "created_at"),
        Attachment: _all(stories, "files", "created_at"),
    }
    for model, rows in kinds.items():
        model.objects.bulk_create(rows, batch_size=AT_ONCE)


def _all(stories: list[Story], name: str, order: str) -> list[Any]:
    rows = [row for story in stories for row in getattr(story, name)]
    return sorted(rows, key=lambda row: getattr(row, order))
