"""Reads a day that was: who came, who talked for how long, who was there."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from agents.models import Agent, AgentState, StateLog
from contacts.models import Assignment, AssignmentKind, QueueVisit
from queues import skills
from queues.models import AskedSkill
from queues.skills import Asked, union
from reports.simulation import responses, stories
from reports.simulation.day import Arrival, Day, Worker
from reports.simulation.scratch import COPIED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from agents.models import Organisation

WARM_UP = 2 * 3600.0  # seconds before the day, so that it starts with who was there
OF_ORGANISATION = {
    "organisation": "pk",
    "groups": "queue__organisation",
    "members": "agent__organisation",
    "levels": "agent__organisation",
    "asked": "queue__organisation",
}


def read(
    organisation: Organisation, start: datetime, end: datetime, *, seed: int
) -> Day:
    """Return the day of an organisation that lies between two moments."""
    begins = start - timedelta(seconds=WARM_UP)
    workers = _workers(organisation, begins, end)
    rows = {
        table: list(_copied(table, organisation, {w.id for w in workers}))
        for table in COPIED
    }
    return Day(
        organisation=organisation.pk,
        begins=begins.timestamp(),
        start=start.timestamp(),
        end=end.timestamp(),
        rows=rows,
        arrivals=_arrivals(organisation, begins, end),
        workers=workers,
        seed=seed,
    )


def _copied(
    table: str, organisation: Organisation, worked: set[int]
) -> Iterable[dict[str, Any]]:
    model, columns = COPIED[table]
    owner = OF_ORGANISATION.get(table, "organisation")
    rows = model._default_manager.filter(**{owner: organisation.pk}).order_by("pk")
    if table == "agents":
        # Who has left since, or has another role today, worked that day all the same.
        rows = rows.filter(pk__in=worked)
    elif table in {"members", "levels"}:
        rows = rows.filter(agent__in=worked)
    for row in rows.values(*columns):
        if table == "hours":
            row["holidays"] = [{**each, "name": "-"} for each in row["holidays"]]
        yield json.loads(json.dumps(row, cls=DjangoJSONEncoder))


# --- who came -----------------------------------------------------------------------
def _arrivals(
    organisation: Organisation, begins: datetime, end: datetime
) -> list[Arrival]:
    """Return who came to a queue from then on, and who had come and still waited."""
    visits = QueueVisit.objects.filter(
        Q(left_at=None) | Q(left_at__gte=begins),
        contact__organisation=organisation,
        entered_at__lt=end,
    )
    ids = visits.order_by().values("contact")
    found = _stories(organisation, ids)
    told = (story.told(str(pk), begins, end) for pk, story in found.items())
    return sorted(
        (arrival for arrival in told if arrival is not None),
        key=lambda arrival: (arrival.at, arrival.id),
    )


def _stories(organisation: Organisation, ids: Any) -> dict[Any, stories.Story]:
    """Return what happened to each of these contacts."""
    found: defaultdict[Any, stories.Story] = defaultdict(stories.Story)
    asked = _asked_where(organisation)
    came = ("channel", "priority", "entry_point", "intent_skills")
    seen = ("contact", *(f"contact__{name}" for name in came))
    visits = QueueVisit.objects.filter(contact__in=ids).order_by("entered_at", "pk")
    for row in visits.values_list(*seen, *stories.Visit._fields):
        contact_id, channel, priority, entry_point, intent, *visit = row
        story = found[contact_id]
        story.channel, story.priority = channel, priority
        asks = union(asked.get(entry_point, ()), skills.read(intent))
        story.asks = skills.written(asks)
        story.visits.append(stories.Visit(*visit))
    shares = (
        Assignment.objects.filter(contact__in=ids, connected_at__isnull=False)
        .exclude(kind=AssignmentKind.CONFERENCE)
        .order_by("connected_at", "pk")
    )
    for contact_id, *share in shares.values_list("contact", *stories.Share._fields):
        found[contact_id].shares.append(stories.Share(*share))
    return found


def _asked_where(organisation: Organisation) -> dict[int, list[Asked]]:
    """Return what entry points ask of agents."""
    rows = AskedSkill.objects.filter(
        entry_point__organisation=organisation, skill__is_active=True
    )
    asked: defaultdict[int, list[Asked]] = defaultdict(list)
    seen = ("entry_point", "skill", "level", "relax_seconds")
    for entry_point, *ask in rows.order_by("pk").values_list(*seen):
        asked[entry_point].append(Asked(*ask))
    return asked


# --- who worked ---------------------------------------------------------------------
def _workers(
    organisation: Organisation, begins: datetime, end: datetime
) -> list[Worker]:
    logged: defaultdict[int, list[tuple[str, datetime, datetime | None]]]
    logged = defaultdict(list)
    rows = StateLog.objects.filter(
        Q(until_at=None) | Q(until_at__gt=begins),
        agent__in=Agent.objects.filter(organisation=organisation).values("pk"),
        from_at__lt=end,
    ).order_by("from_at", "pk")
    seen = rows.values_list("agent", "state", "from_at", "until_at")
    for agent, state, since, until in seen:
        logged[agent].append((state, since, until))
    went = {
        agent: [since for state, since, _ in some if state != AgentState.AVAILABLE]
        for agent, some in logged.items()
    }
    done = responses.read(organisation, begins, end, went=went)
    return [
        Worker(
            id=agent,
            states=_states(some, begins),
            responses=done.get(agent, []),
            recoveries=_recoveries(some),
        )
        for agent, some in sorted(logged.items())
        if any(state != AgentState.OFFLINE for state, _, _ in some)
    ]


def _states(
    rows: Sequence[tuple[str, datetime, datetime | None]], begins: datetime
) -> list[tuple[float, bool]]:
    """Return when the agent meant to take contacts. In RONA they did: it is the replay
    that says who gets there, and when."""
    changes: list[tuple[float, bool]] = []
    for state, since, _ in rows:
        means = state in {AgentState.AVAILABLE, AgentState.RONA}
        if not changes or changes[-1][1] != means:
            changes.append((max(since, begins).timestamp(), means))
    return changes


def _recoveries(
    rows: Sequence[tuple[str, datetime, datetime | None]],
) -> list[float | None]:
    """Return how long they stayed in RONA each time; None where they did not go on
    taking contacts then."""
    found: list[float | None] = []
    for (state, since, until), following in zip(rows, [*rows[1:], None], strict=True):
        if state == AgentState.RONA and until is not None:
            goes_on = following is not None and following[0] == AgentState.AVAILABLE
            found.append((until - since).total_seconds() if goes_on else None)
    return found
