from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Replace

import queues.models.predefined_response

NAMES = {"{customer}": "{customer.name}", "{agent}": "{agent.name}"}


def name(apps: Any, schema_editor: Any) -> None:
    """Spell the placeholders as they are filled in."""
    _replace(apps, NAMES)


def unname(apps: Any, schema_editor: Any) -> None:
    _replace(apps, {new: old for old, new in NAMES.items()})


def _replace(apps: Any, spellings: dict[str, str]) -> None:
    text: Any = F("text")
    for old, new in spellings.items():
        text = Replace(text, Value(old), Value(new))
    apps.get_model("queues", "PredefinedResponse").objects.update(text=text)


class Migration(migrations.Migration):
    dependencies = [
        ("queues", "0008_ask_for_long_secrets"),
    ]

    operations = [
        migrations.AlterField(
            model_name="predefinedresponse",
            name="text",
            field=models.TextField(
                help_text="1-8000 characters. {customer.name}, {agent.name} and {queue.name} are filled in when an agent takes it; without a name the sentence closes up.",
                max_length=8000,
                validators=[queues.models.predefined_response.validate_placeholders],
            ),
        ),
        migrations.RunPython(name, unname),
    ]
