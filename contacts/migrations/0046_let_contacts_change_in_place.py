"""A line changes its contact's row without a change of any index, and finds room for
the new row beside the old one: PostgreSQL calls such an update HOT."""

from django.db import migrations, models

from core.indexes import AddIndex, RemoveIndex


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE contacts_contact SET (fillfactor = 80)")


def leave_none(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE contacts_contact RESET (fillfactor)")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("contacts", "0045_note_video_calls")]

    operations = [
        AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=["state"],
                name="contacts_contact_not_over",
            ),
        ),
        RemoveIndex(model_name="contact", name="contacts_contact_open"),
        migrations.RunPython(leave_room, leave_none),
    ]
