import json

from agents.services import trail_values
from core.text import folded
from django.db import migrations
from django.db.migrations.recorder import MigrationRecorder
from screening.texts import screen

OLD = "auditlog_logentry"
BATCH = 500
ACTIONS = {0: "created", 1: "changed", 2: "deleted"}
KINDS = {
    "multimediaprofile": "multimedia_profile",
    "idlecode": "idle_code",
    "distributiongroup": "distribution_group",
    "entrypoint": "entry_point",
    "predefinedresponse": "predefined_response",
    "wrapupcode": "wrap_up_code",
}
ROWS = """
    SELECT entry.timestamp, entry.action, entry.object_pk, entry.object_repr,
        entry.changes, entry.additional_data, entry.actor_id, agent.display_name,
        agent.email, entry.remote_addr, kind.model
    FROM auditlog_logentry entry
    JOIN django_content_type kind ON kind.id = entry.content_type_id
    LEFT JOIN agents_agent agent ON agent.id = entry.actor_id
    WHERE entry.action IN (0, 1, 2)
    ORDER BY entry.id
"""


def carry_over(apps, schema_editor):
    """Move the changes that django-auditlog noted into the one trail there is now."""
    connection = schema_editor.connection
    if OLD not in connection.introspection.table_names():
        return
    entries = apps.get_model("agents", "AuditEntry").objects
    organisations = apps.get_model("agents", "Organisation").objects
    known = set(organisations.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        rows = cursor.fetchall()
    for start in range(0, len(rows), BATCH):
        entries.bulk_create(
            entries.model(**_values(connection, row, known))
            for row in rows[start : start + BATCH]
        )
    # PostgreSQL drops nothing while there is something left to check.
    connection.check_constraints()
    schema_editor.execute(f"DROP TABLE {OLD}")
    MigrationRecorder(connection).migration_qs.filter(app="auditlog").delete()


def _values(connection, row, known):
    at, action, key, name, changes, more, actor, person, email, address, kind = row
    if connection.vendor == "sqlite":
        at = _moment(connection, at)
    organisation = (_read(more) or {}).get("organisation")
    who, what = (person or email or "")[:250], screen(name).text[:250]
    return {
        "organisation_id": organisation if organisation in known else None,
        "at": at,
        "action": ACTIONS[action],
        "actor_id": actor,
        "actor_name": who,
        "address": str(address or "")[:64],
        "kind": KINDS.get(kind, kind),
        "object_id": key[:64],
        "object_name": what,
        "changes": trail_values.kept(
            {field: _pair(change) for field, change in (_read(changes) or {}).items()}
        ),
        "folded": folded(f"{who} {what} {key} {address or ''}"),
    }


def _moment(connection, at):
    from django.utils import timezone
    from django.utils.dateparse import parse_datetime

    moment = parse_datetime(at) if isinstance(at, str) else at
    if timezone.is_aware(moment):
        return moment
    return timezone.make_aware(moment, connection.timezone)


def _read(value):
    return json.loads(value) if isinstance(value, str) else value


def _pair(change):
    """Return [old, new]. Of references to many rows it noted what came or went."""
    if isinstance(change, dict):
        rows = change.get("objects", [])
        return [None, rows] if change.get("operation") == "add" else [rows, None]
    return change


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0018_keep_an_audit_trail"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
