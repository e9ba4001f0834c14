"""A database that is thrown away: the tables, and the configuration of one day.

It is made in the child process alone, in its memory (`running.environment`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, transaction

from agents.models import (
    Agent,
    AgentSkill,
    IdleCode,
    MultimediaProfile,
    Organisation,
    Role,
    Skill,
    Team,
)
from contacts.models import Customer
from queues.models import AskedSkill, DistributionGroup, Hours, Queue
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from django.db.models import Model

    from reports.simulation.day import Day

# What is copied of each table, and so the only thing that is: no names, no texts.
COPIED: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "organisation": (
        Organisation,
        (
            *("id", "timezone", "acceptance_timeout", "blink_duration"),
            *("auto_wrapup_seconds", "transfer_no_answer", "transfer_keeps_place"),
            "default_multimedia_profile_id",
        ),
    ),
    "profiles": (
        MultimediaProfile,
        ("id", "blending_mode", "voice", "chat", "email", "social"),
    ),
    "teams": (Team, ("id", "multimedia_profile_id")),
    "hours": (
        Hours,
        ("id", "timezone", "weekly", "country", "subdivision", "holidays"),
    ),
    "queues": (
        Queue,
        (
            *("id", "is_active", "service_level_threshold", "priority"),
            *("max_time_in_queue", "overflow_queue_id", "hours_id", "at_closing"),
            "max_waiting",
        ),
    ),
    "groups": (DistributionGroup, ("id", "queue_id", "team_id", "after_seconds")),
    "agents": (Agent, ("id", "multimedia_profile_id")),
    "members": (Agent.teams.through, ("agent_id", "team_id")),
    "skills": (Skill, ("id", "is_active")),
    "levels": (AgentSkill, ("id", "agent_id", "skill_id", "level")),
    "asked": (AskedSkill, ("id", "queue_id", "skill_id", "level", "relax_seconds")),
}
NAMED = ("profiles", "teams", "hours", "queues", "skills")  # as "teams 7"
ONE = 1  # the only customer, idle code and wrap-up code


class NotScratch(Exception):
    """This process has a database that must not be written to."""


def build(day: Day) -> None:
    """Make the tables, and the rows of the day's configuration."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or "memory" not in name:
        raise NotScratch(name)
    _make_tables()
    with transaction.atomic():
        _fill(day)


def _make_tables() -> None:
    """Make tables as the models are; their history, and triggers, are not needed."""
    with connection.constraint_checks_disabled(), connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)


def _fill(day: Day) -> None:
    own = {"organisation_id": day.organisation}
    since = datetime.fromtimestamp(day.begins, UTC)
    for table, (model, _) in COPIED.items():
        for row in day.rows[table]:
            values: dict[str, Any] = dict(row)
            if table == "organisation":
                values |= {"name": "Replayed", "slug": "replayed"}
            elif table in NAMED:
                values |= {**own, "name": f"{table} {row['id']}"}
            elif table == "agents":
                values |= own | _person(row["id"]) | {"state_since": since}
            model._default_manager.bulk_create([model(**values)])
    IdleCode.objects.create(id=ONE, name="Idle", is_default=True, **own)
    WrapUpCode.objects.create(id=ONE, name="Done", is_default=True, **own)
    Customer.objects.create(id=ONE, name="Customer", created_at=since, **own)


def _person(agent_id: int) -> dict[str, Any]:
    return {
        "email": f"{agent_id}@replayed.invalid",
        "display_name": f"Agent {agent_id}",
        "role": Role.AGENT,
        "password": "!",
    }
