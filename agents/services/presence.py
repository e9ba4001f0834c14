"""Who is reachable: open sockets and last signs of life (contract 3)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import (
    Exists,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Greatest

from agents import addresses
from agents.models import Agent, AgentState, Presence, Socket

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

REFRESH_SECONDS = 5
STALE_AFTER = timedelta(seconds=15)
OLD = timedelta(days=2)
RECOVERY = "organisation__agent_recovery_seconds"
INACTIVITY = "organisation__desk_inactivity_seconds"


@transaction.atomic
def open_socket(*, socket_id: UUID, address: str, process: UUID, now: datetime) -> None:
    row = Socket(id=socket_id, address=address, process=process, seen_at=now)
    Socket.objects.bulk_create([row], ignore_conflicts=True)
    heard = Presence(address=address, last_heard_at=now)
    Presence.objects.bulk_create(
        [heard],
        update_conflicts=True,
        unique_fields=["address"],
        update_fields=["last_heard_at"],
    )


@transaction.atomic
def close_socket(*, socket_id: UUID, address: str, now: datetime) -> None:
    Socket.objects.filter(pk=socket_id).delete()
    touch(address=address, now=now)


def refresh(
    *,
    process: UUID,
    sockets: Mapping[UUID, str],
    acted: Collection[str],
    now: datetime,
) -> None:
    """Say that this process's sockets are open still, in one statement, and who of
    their people did something since the last time.

    `sockets` is {socket: address}, and may change meanwhile.
    """
    rows = Socket.objects.filter(process=process)
    if rows.update(seen_at=now) != len(sockets):
        _set_right(rows, process=process, sockets=sockets, now=now)
    if acted:
        Presence.objects.filter(address__in=acted).update(last_acted_at=now)


def _set_right(
    rows: QuerySet[Socket], *, process: UUID, sockets: Mapping[UUID, str], now: datetime
) -> None:
    """Store again the sockets that were deleted as stale while the process could not
    refresh them, and delete those that have closed since."""
    noted = set(rows.values_list("pk", flat=True))
    there = dict(sockets)  # as it is now: a row that was noted before is old or open
    Socket.objects.bulk_create(
        [
            Socket(id=key, address=address, process=process, seen_at=now)
            for key, address in there.items()
            if key not in noted
        ],
        ignore_conflicts=True,
    )
    rows.filter(pk__in=noted - there.keys()).delete()


def touch(*, address: str, now: datetime, acted: bool = False) -> None:
    """Note a sign of life; `acted` where the person did something."""
    values: dict[str, datetime] = {"last_heard_at": now} | (
        {"last_acted_at": now} if acted else {}
    )
    if not Presence.objects.filter(address=address).update(**values):
        row = Presence(address=address, **values)
        Presence.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def close_stale_sockets(*, now: datetime) -> int:
    """Delete the sockets of processes that died; they count as open until last
    refreshed.

    Return how many they were.
    """
    stale = Socket.objects.filter(seen_at__lte=now - STALE_AFTER).order_by()
    last_seen = (
        stale.filter(address=OuterRef("address"))
        .values("address")
        .annotate(seen=Max("seen_at"))
        .values("seen")
    )
    Presence.objects.filter(address__in=stale.values("address")).update(
        last_heard_at=Greatest("last_heard_at", Subquery(last_seen))
    )
    count, _ = stale.delete()
    return count


def lost_agents(*, now: datetime, since: datetime) -> dict[int, datetime]:
    """Return {agent: last heard} of those who are signed in, have no open socket and
    were silent for longer than their organisation's recovery time.

    Nobody counts as silent before `since`.
    """
    rows = (
        _signed_in()
        .filter(~Exists(Socket.objects.filter(address=OuterRef("own_address"))))
        .values_list("pk", "heard_at", "state_since", RECOVERY)
    )
    return {
        agent_id: heard_at or state_since
        for agent_id, heard_at, state_since, seconds in rows
        if max(heard_at or state_since, since) + timedelta(seconds=seconds) <= now
    }


def inactive_agents(*, now: datetime) -> list[int]:
    """Return who is signed in and did nothing for their organisation's limit: no
    action, no change of state, and no end of a contact."""
    rows = _signed_in().filter(organisation__desk_inactivity_seconds__isnull=False)
    inactive = []
    for agent_id, seconds, *moments in rows.values_list(
        "pk", INACTIVITY, "state_since", "available_since", "acted_at"
    ):
        last = max(moment for moment in moments if moment is not None)
        if last + timedelta(seconds=seconds) <= now:
            inactive.append(agent_id)
    return inactive


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
    quiet = Presence.objects.filter(
        ~Exists(Socket.objects.filter(address=OuterRef("address"))),
        address__startswith=addresses.CUSTOMER,
        last_heard_at__lte=before,
    )
    return dict(quiet.values_list("address", "last_heard_at"))


def is_silent(*, address: str, after: datetime) -> bool:
    """Whether a person has no open socket and was not heard after this time."""
    heard = Presence.objects.filter(address=address, last_heard_at__gt=after)
    return not (Socket.objects.filter(address=address).exists() or heard.exists())


def forget(*, addresses: Collection[str]) -> None:
    """Drop what is known of people who are gone for good."""
    Presence.objects.filter(address__in=addresses).delete()


def forget_the_old(*, now: datetime) -> int:
    """Drop what is known of people out of reach for longer than any timer asks; but
    for customers, who may not have been given up yet."""
    count, _ = (
        Presence.objects.filter(last_heard_at__lte=now - OLD)
        .exclude(address__startswith=addresses.CUSTOMER)
        .exclude(address__in=Socket.objects.values("address"))
        .delete()
    )
    return count
