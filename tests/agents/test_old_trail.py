"""What django-auditlog had noted is in the one trail there is now."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from agents.models import Agent, AuditEntry
from core import clock
from queues.models import EntryPoint
from tests import trail

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = """
    CREATE TABLE auditlog_logentry (
        id integer PRIMARY KEY, object_pk varchar(255), object_repr text,
        action smallint, changes text, additional_data text, timestamp timestamptz,
        actor_id bigint REFERENCES agents_agent (id), remote_addr varchar(39),
        content_type_id integer REFERENCES django_content_type (id)
    )
"""
ROW = """
    INSERT INTO auditlog_logentry VALUES
    (%s, '7', 'Front door', %s, %s, %s, %s, %s, %s, %s)
"""


@pytest.fixture
def before(db: None) -> Iterator[None]:
    """The database with the table of django-auditlog, as it was while in use."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS auditlog_logentry")


@pytest.mark.usefixtures("before")
def test_it_is_carried_over(ada: Agent, greta: Agent) -> None:
    kind = ContentType.objects.get_for_model(EntryPoint).pk
    own = json.dumps({"organisation": ada.organisation_id})
    teams = {"teams": {"type": "m2m", "operation": "add", "objects": ["Night"]}}
    now = clock.now()
    rows = [
        (1, 1, '{"priority": ["0", "7"]}', own, now, ada.pk, "192.0.2.7", kind),
        (2, 1, json.dumps(teams), own, now, None, None, kind),
        (3, 2, "{}", '{"organisation": 0}', now, None, None, kind),
    ]
    with connection.cursor() as cursor:
        cursor.executemany(ROW, rows)

    migration = import_module("agents.migrations.0019_carry_the_old_trail_over")
    with connection.schema_editor() as editor:
        migration.carry_over(apps, editor)

    many, plain = trail.read(ada, action="changed")
    assert plain["actor"] == {"id": ada.pk, "display_name": "Ada"}
    assert plain["address"] == "192.0.2.7"
    assert plain["object"] == {"kind": "entry_point", "id": 7, "name": "Front door"}
    assert plain["changes"] == {"priority": ["0", "7"]}
    assert many["changes"] == {"teams": [None, ["Night"]]}
    assert trail.read(greta) == []
    assert AuditEntry.objects.get(action="deleted").organisation is None
    assert "auditlog_logentry" not in connection.introspection.table_names()
