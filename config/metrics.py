"""Figures for Prometheus: how full the house is, and whether its timers run."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from redis import RedisError

from agents import queries
from agents.models import Agent, AgentState, Socket
from config import storage
from contacts.models import Contact, ContactState
from core import addresses, clock, heartbeat, set_aside
from wrapup import tasks

if TYPE_CHECKING:
    from collections.abc import Iterable


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the figures to this machine, or to a caller that has the METRICS_TOKEN."""
    if not (addresses.is_this_machine(request) or _has_token(request)):
        raise Http404
    registry = CollectorRegistry()
    registry.register(House())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(
        given.encode(), wanted.encode()
    )


class House(Collector):
    """Reads the figures when they are asked for."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        yield _by_state(
            "parley_contacts",
            "Contacts that have not ended, by state.",
            {state: 0 for state in ContactState.values if state != ContactState.ENDED},
            Contact.objects.exclude(state=ContactState.ENDED)
            .order_by()
            .values_list("state")
            .annotate(Count("pk")),
        )
        yield _by_state(
            "parley_agents",
            "People who work here, by state.",
            dict.fromkeys(AgentState.values, 0),
            Agent.objects.filter(is_active=True)
            .order_by()
            .values_list("state")
            .annotate(Count("pk")),
        )
        sockets = Socket.objects.count()
        yield GaugeMetricFamily("parley_sockets", "Open sockets.", value=sockets)
        yield GaugeMetricFamily(
            "parley_sweep_age_seconds",
            "Seconds since the last sweep of the timers; -1 where none is known of, or"
            " the clock was set back since.",
            value=_sweep_age(),
        )
        yield _mails()
        yield from _timers()
        yield _free()


def _by_state(
    name: str, text: str, counts: dict[str, int], rows: Iterable[tuple[str, int]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=["state"])
    for state, count in {**counts, **dict(rows)}.items():
        family.add_metric([state], count)
    return family


def _mails() -> GaugeMetricFamily:
    return _by_state(
        "parley_mails_not_sent",
        "Mails that wait for the worker or the next try, and mails that have failed in"
        " the last hour, by state.",
        {},
        queries.mails_not_sent(clock.now(), older_than=timedelta()).items(),
    )


def _timers() -> Iterable[GaugeMetricFamily]:
    """Two figures of each timer; none where Redis is away."""
    now = clock.now()
    rows = GaugeMetricFamily(
        "parley_set_aside",
        "Rows that the timer cannot handle; each is tried again every minute.",
        labels=["timer"],
    )
    whole = GaugeMetricFamily(
        "parley_timer_failing", "1 while the timer fails as a whole.", labels=["timer"]
    )
    try:
        counts, failing = set_aside.counts(now), set_aside.failing(now)
    except RedisError:
        return
    for timer in tasks.timers(now, since=now):
        rows.add_metric([timer], counts.get(timer, 0))
        whole.add_metric([timer], timer in failing)
    yield rows
    yield whole


def _free() -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "parley_disk_free_bytes",
        "Room left on the disk, by folder: data, and an SQLite database's.",
        labels=["folder"],
    )
    for folder, free in storage.free_bytes():
        family.add_metric([folder], free)
    return family


def _sweep_age() -> float:
    try:
        age = heartbeat.age(clock.now())
    except RedisError:
        return -1
    if age is None or (age < timedelta() and not heartbeat.is_recent(age)):
        return -1
    return max(age.total_seconds(), 0)
