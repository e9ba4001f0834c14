from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def let_go(apps: Any, schema_editor: Any) -> None:
    """What people keep for themselves must not become everybody's."""
    apps.get_model("queues", "PredefinedResponse").objects.exclude(owner=None).delete()
    # PostgreSQL alters no table whose foreign keys are still to be checked.
    schema_editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0017_forget_who_had_sockets"),
        ("queues", "0012_say_how_soon_agents_should_answer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="predefinedresponse",
            name="queues_response_name",
        ),
        migrations.AddField(
            model_name="predefinedresponse",
            name="owner",
            field=models.ForeignKey(
                editable=False,
                help_text="Whose own it is; null: the organisation's.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="own_responses",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="predefinedresponse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("owner", None)),
                fields=("organisation", "name"),
                name="queues_response_name",
                violation_error_message="A response of this name exists already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="predefinedresponse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("owner__isnull", False)),
                fields=("owner", "name"),
                name="queues_response_own_name",
                violation_error_message="You have a response of this name already.",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, let_go),
    ]
