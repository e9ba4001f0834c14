from __future__ import annotations

from django.db import migrations, models

CODES = {
    "opened": "Opened",
    "handed_over": "Handed over by the assistant",
    "offered": "Offered",
    "transferred": "Transferred",
    "invited": "Invited to a conference",
    "accepted": "Accepted",
    "declined": "Declined",
    "rona": "Not answered (RONA)",
    "withdrawn": "Offer withdrawn",
    "left": "Left the conference",
    "agent_lost": "Agent out of reach",
    "barged": "Barged in",
    "taken_over": "Taken over",
    "owner": "Became the owner",
    "ended": "Ended by the agent",
    "customer_left": "Left by the customer",
    "abandoned": "Abandoned",
    "bot_ended": "Ended by the assistant",
    "inactivity": "Ended by inactivity",
    "overflowed": "Moved to the overflow queue",
    "queue_timeout": "Waited too long",
    "requeued": "Put back in a queue",
    "closed": "Closed",
    "wrapped_up": "Wrapped up",
    "video_started": "Video call started",
    "video_ended": "Video call ended",
    "file_blocked": "File blocked",
}
NEW = ("file_blocked",)
SQLITE = [
    f"""
    CREATE TRIGGER contacts_contactevent_{name}
    BEFORE {command} ON contacts_contactevent
    BEGIN SELECT RAISE(ABORT, 'Rows of contacts_contactevent are append-only.'); END
    """
    for name, command in (("keep", "DELETE"), ("fix", "UPDATE"))
]
TRIGGER = "ALTER TABLE contacts_contactevent {} TRIGGER contacts_contactevent_keep"


def keep(apps, schema_editor):
    """Make the triggers anew, which SQLite drops with the table that it replaces."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE:
            schema_editor.execute(statement, params=None)


def forget(apps, schema_editor):
    """Delete what the version before has no word for, past the triggers."""
    rows = apps.get_model("contacts", "ContactEvent").objects.filter(code__in=NEW)
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER contacts_contactevent_keep")
        rows.delete()
    else:
        schema_editor.execute(TRIGGER.format("DISABLE"))
        rows.delete()
        schema_editor.execute(TRIGGER.format("ENABLE"))


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0066_keep_what_figures_count"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, keep),
        migrations.RemoveConstraint(
            model_name="contactevent",
            name="contacts_event_code",
        ),
        migrations.AlterField(
            model_name="contactevent",
            name="code",
            field=models.CharField(choices=list(CODES.items()), max_length=30),
        ),
        migrations.AddConstraint(
            model_name="contactevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__in", list(CODES))),
                name="contacts_event_code",
            ),
        ),
        migrations.RunPython(keep, forget),
    ]
