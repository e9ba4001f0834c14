"""Who is reachable: open sockets and last signs of life (contract 3)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Collate

from agents import addresses
from agents.models import Agent, AgentState, Presence, ServerProcess, Socket
from core import statements

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from core.moments import Moment

REFRESH_SECONDS = 5
STALE_AFTER = timedelta(seconds=15)
OLD = timedelta(days=2)
RECOVERY = "organisation__agent_recovery_seconds"
INACTIVITY = "organisation__desk_inactivity_seconds"
OPEN_SOCKETS = """
WITH process AS (
    INSERT INTO agents_serverprocess (id, seen_at) VALUES (%s::uuid, %s)
    ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at
    RETURNING id, seen_at
), opened AS (
    INSERT INTO agents_socket (id, address, process)
    SELECT socket.id, socket.address, process.id
    FROM process, unnest(%s::uuid[], %s::text[]) AS socket (id, address)
    ON CONFLICT DO NOTHING
)
INSERT INTO agents_presence (address, last_heard_at)
SELECT people.address, process.seen_at
FROM process, unnest(%s::text[]) WITH ORDINALITY AS people (address, place)
ORDER BY people.place
ON CONFLICT (address) DO UPDATE SET last_heard_at = EXCLUDED.last_heard_at
"""


def open_sockets(*, sockets: Mapping[UUID, str], process: UUID, now: datetime) -> None:
    """Note open sockets, {socket: address}, of one process."""
    note = _note_at_once if connection.vendor == "postgresql" else _note_by_table
    note(sockets, process=process, now=now)


@transaction.atomic
def _note_by_table(
    sockets: Mapping[UUID, str], *, process: UUID, now: datetime
) -> None:
    _note_process(process, now=now)
    _note_sockets(sockets, process=process)
    _heard(set(sockets.values()), now=now)


def _note_at_once(sockets: Mapping[UUID, str], *, process: UUID, now: datetime) -> None:
    """Do the same by one statement. Rows are locked in the same order: the process, as
    what follows reads it, then people."""
    statements.run(
        OPEN_SOCKETS,
        [process, now, [*sockets], [*sockets.values()], sorted({*sockets.values()})],
    )


@transaction.atomic
def close_sockets(*, sockets: Mapping[UUID, str], now: datetime) -> None:
    """Note the ends of sockets, {socket: address}."""
    Socket.objects.filter(pk__in=list(sockets)).delete()
    _heard(set(sockets.values()), now=now)


def _note_process(process: UUID, *, now: datetime) -> None:
    ServerProcess.objects.bulk_create(
        [ServerProcess(id=process, seen_at=now)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["seen_at"],
    )


def _note_sockets(sockets: Mapping[UUID, str], *, process: UUID) -> None:
    Socket.objects.bulk_create(
        [
            Socket(id=key, address=address, process=process)
            for key, address in sockets.items()
        ],
        ignore_conflicts=True,
    )


def _heard(people: Collection[str], *, now: datetime) -> None:
    """Note a sign of life of these addresses; all who do so lock them in one order."""
    Presence.objects.bulk_create(
        [Presence(address=address, last_heard_at=now) for address in sorted(people)],
        update_conflicts=True,
        unique_fields=["address"],
        update_fields=["last_heard_at"],
    )


def _locked(rows: QuerySet[Presence]) -> QuerySet[Presence]:
    """Return the rows, locked in the order in which all others lock them."""
    by = Collate("address", "C") if connection.vendor == "postgresql" else F("address")
    locked = rows.select_for_update().order_by(by).values_list("pk", flat=True)
    return Presence.objects.filter(pk__in=list(locked))


def refresh(
    *,
    process: UUID,
    sockets: Mapping[UUID, str],
    acted: Collection[str],
    now: datetime,
) -> None:
    """Say that this process and its sockets are there, in one row, and who of their
    people did something since the last time.

    `sockets` is {socket: address}, and may change meanwhile.
    """
    is_known = ServerProcess.objects.filter(pk=process).update(seen_at=now)
    rows = Socket.objects.filter(process=process)
    if not is_known or rows.count() != len(sockets):
        _set_right(rows, process=process, sockets=sockets, now=now)
    if acted:
        with transaction.atomic():
            people = Presence.objects.filter(address__in=acted)
            _locked(people).update(last_acted_at=now)


@transaction.atomic
def _set_right(
    rows: QuerySet[Socket], *, process: UUID, sockets: Mapping[UUID, str], now: datetime
) -> None:
    """Store again the sockets that were deleted as those of a dead process, and delete
    those that have closed since."""
    _note_process(process, now=now)
    noted = set(rows.values_list("pk", flat=True))
    there = dict(sockets)  # as it is now: a row that was noted before is old or open
    missing = {key: there[key] for key in there.keys() - noted}
    _note_sockets(missing, process=process)
    rows.filter(pk__in=noted - there.keys()).delete()


def touch(*, address: str, now: datetime, acted: bool = False) -> None:
    """Note a sign of life; `acted` where the person did something."""
    values: dict[str, datetime] = {"last_heard_at": now} | (
        {"last_acted_at": now} if acted else {}
    )
    if not Presence.objects.filter(address=address).update(**values):
        row = Presence(address=address, **values)
        Presence.objects.bulk_create([row], ignore_conflicts=True)


def close_stale_sockets(*, now: datetime) -> int:
    """Delete the sockets of processes that died; they count as open until their
    process was last heard of.

    Return how many they were.
    """
    stale = _silent_processes(now=now).order_by("pk")
    return sum(
        _bury(process, now=now) for process in stale.values_list("pk", flat=True)
    )


def _silent_processes(*, now: datetime | Moment) -> QuerySet[ServerProcess]:
    return ServerProcess.objects.filter(seen_at__lte=now - STALE_AFTER)


@transaction.atomic
def _bury(process: UUID, *, now: datetime) -> int:
    """Forget a process, unless it has come back to life, with its sockets."""
    rows = _silent_processes(now=now).select_for_update()
    dead = rows.filter(pk=process).first()
    if dead is None:
        return 0
    sockets = Socket.objects.filter(process=process).order_by()
    people = Presence.objects.filter(
        address__in=sockets.values("address"), last_heard_at__lt=dead.seen_at
    )
    _locked(people).update(last_heard_at=dead.seen_at)
    count, _ = sockets.delete()
    dead.delete()
    return count


def lost_agents(*, now: datetime, since: datetime) -> dict[int, datetime]:
    """Return {agent: last heard} of those who are signed in, have no open socket and
    were silent for longer than their organisation's recovery time.

    Nobody counts as silent before `since`.
    """
    rows = _without_desk().values_list("pk", "heard_at", "state_since", RECOVERY)
    return {
        agent_id: heard_at or state_since
        for agent_id, heard_at, state_since, seconds in rows
        if max(heard_at or state_since, since) + timedelta(seconds=seconds) <= now
    }


def inactive_agents(*, now: datetime) -> list[int]:
    """Return who is signed in and did nothing for their organisation's limit: no
    action, no change of state, and no end of a contact."""
    inactive = []
    for agent_id, seconds, *moments in _to_be_active().values_list(
        "pk", INACTIVITY, "state_since", "available_since", "acted_at"
    ):
        last = max(moment for moment in moments if moment is not None)
        if last + timedelta(seconds=seconds) <= now:
            inactive.append(agent_id)
    return inactive


def _without_desk() -> QuerySet[Agent]:
    """Return people who are signed in, and have no open socket."""
    open_ones = Socket.objects.filter(address=OuterRef("own_address"))
    return _signed_in().filter(~Exists(open_ones))


def _to_be_active() -> QuerySet[Agent]:
    """Return people who are signed out where they do nothing for long."""
    return _signed_in().filter(organisation__desk_inactivity_seconds__isnull=False)


def signs(*, now: Moment) -> Iterator[QuerySet[Any]]:
    """Return rows of which there is one where a timer of presence may have something to
    do."""
    yield _silent_processes(now=now)
    yield _old(now=now)
    yield silent_people(before=now)
    yield _without_desk()
    yield _to_be_active()


def _signed_in() -> QuerySet[Agent]:
    """Return people of an organisation who are signed in, with what presence knows."""
    mine = Presence.objects.filter(address=OuterRef("own_address"))
    return (
        Agent.objects.filter(organisation__isnull=False)
        .exclude(state=AgentState.OFFLINE)
        .annotate(own_address=addresses.of_agents("pk"))
        .annotate(
            heard_at=Subquery(mine.values("last_heard_at")),
            acted_at=Subquery(mine.values("last_acted_at")),
        )
        .order_by("pk")
    )


def silent_customers(*, before: datetime) -> dict[str, datetime]:
    """Return {address: last heard} of customers who have no socket open, and were not
    heard after `before`."""
    return dict(silent_people(before=before).values_list("address", "last_heard_at"))


def silent_people(*, before: datetime | Moment) -> QuerySet[Presence]:
    """Return what is known of customers who are silent since then."""
    return Presence.objects.filter(
        ~Exists(Socket.objects.filter(address=OuterRef("address"))),
        address__startswith=addresses.CUSTOMER,
        last_heard_at__lte=before,
    )


def is_silent(*, address: str, after: datetime) -> bool:
    """Whether a person has no open socket and was not heard after this time."""
    heard = Presence.objects.filter(address=address, last_heard_at__gt=after)
    return not (Socket.objects.filter(address=address).exists() or heard.exists())


def last_signs(addresses: Collection[str]) -> dict[str, datetime | None]:
    """Return {address: last heard} of those of these people who have no socket open."""
    here = Socket.objects.filter(address__in=addresses).order_by()
    gone = set(addresses) - set(here.values_list("address", flat=True))
    if not gone:
        return {}
    heard = Presence.objects.filter(address__in=gone)
    return {
        **dict.fromkeys(gone),
        **dict(heard.values_list("address", "last_heard_at")),
    }


def forget(*, addresses: Collection[str]) -> None:
    """Drop what is known of people who are gone for good."""
    Presence.objects.filter(address__in=addresses).delete()


def forget_the_old(*, now: datetime) -> int:
    """Drop what is known of people out of reach for longer than any timer asks; but
    for customers, who may not have been given up yet."""
    count, _ = _old(now=now).delete()
    return count


def _old(*, now: datetime | Moment) -> QuerySet[Presence]:
    return (
        Presence.objects.filter(last_heard_at__lte=now - OLD)
        .exclude(address__startswith=addresses.CUSTOMER)
        .exclude(address__in=Socket.objects.values("address"))
    )
