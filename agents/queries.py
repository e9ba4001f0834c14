"""Reads that span tables."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce, JSONObject

from agents.models import Agent, Channel, Mail, MailState, MultimediaProfile, Team
from core.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from typing import Any

    from django.db.models import QuerySet

    from agents.models import Organisation

LATELY = timedelta(hours=1)


def day_began_at(organisation: Organisation | None, *, now: datetime) -> datetime:
    """Return when the organisation's day began, where it is; None: the
    installation's."""
    zone = organisation.timezone if organisation else settings.TIME_ZONE
    there = now.astimezone(ZoneInfo(zone))
    return there.replace(hour=0, minute=0, second=0, microsecond=0)


def most_specific_profile() -> Coalesce:
    """Return the expression for the id of an agent's profile: the agent's own, else
    that of the first team (by name) with one, else the organisation's."""
    of_team = Team.objects.filter(
        agents=OuterRef("pk"), multimedia_profile__isnull=False
    ).order_by("name", "pk")
    return Coalesce(
        F("multimedia_profile_id"),
        Subquery(of_team.values("multimedia_profile_id")[:1]),
        F("organisation__default_multimedia_profile_id"),
        output_field=IntegerField(),
    )


def slots_of(agent_ids: Collection[int]) -> Mapping[int, dict[str, int]]:
    """Return per agent {channel: contacts at once}, of the profile in force; none
    where there is no profile."""
    rows = SLOTS.rows(pk__in=agent_ids)
    return {pk: slots or dict.fromkeys(Channel.values, 0) for pk, slots in rows}


def _slots() -> QuerySet[Any, Any]:
    profile = MultimediaProfile.objects.filter(pk=OuterRef("profile"))
    slots = profile.values(slots=JSONObject(**{name: name for name in Channel.values}))
    agents = Agent.objects.order_by().annotate(profile=most_specific_profile())
    return agents.annotate(slots=Subquery(slots[:1])).values_list("pk", "slots")


SLOTS = Prepared(_slots)


def mails_not_sent(now: datetime, *, older_than: timedelta) -> Mapping[str, int]:
    """Return how many mails are queued that were due so long ago already, and how many
    have failed in the last hour."""
    queued = Mail.objects.filter(
        state=MailState.QUEUED, created_at__lte=now - older_than
    )
    # A try moves the time of the next one ahead, the last one too.
    failed = Mail.objects.filter(
        state=MailState.FAILED, next_attempt_at__gt=now - LATELY
    )
    return {"queued": queued.count(), "failed": failed.count()}
