from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queues", "0018_ask_language_models")]

    operations = [
        migrations.CreateModel(
            name="AssistantDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("day", models.DateField()),
                ("requests", models.PositiveIntegerField(default=0)),
                (
                    "assistant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="queues.assistant",
                    ),
                ),
            ],
            options={
                "ordering": ["assistant", "day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assistant", "day"), name="queues_assistant_day"
                    )
                ],
            },
        ),
    ]
