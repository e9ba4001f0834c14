from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0022_check_attachments"),
        ("queues", "0014_let_intents_offer_buttons"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="assistant",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="contacts",
                to="queues.assistant",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="turn_due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="answered_seq",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="contact",
            name="handover_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("asked", "Asked for a person"),
                    ("misses", "Not understood"),
                    ("no_source", "Nothing known about it"),
                    ("failure", "The assistant failed"),
                    ("outside", "Over the assistant's limit"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="handover_seq",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("state", "bot"), ("turn_due_at__isnull", False)),
                fields=["turn_due_at"],
                name="contacts_contact_turn",
            ),
        ),
    ]
