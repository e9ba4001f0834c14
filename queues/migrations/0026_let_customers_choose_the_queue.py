import queues.models.entry_point
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("queues", "0025_take_messages_by_mail"),
    ]

    operations = [
        migrations.AlterField(
            model_name="entrypoint",
            name="prechat_fields",
            field=models.JSONField(
                blank=True,
                default=queues.models.entry_point.default_prechat_fields,
                help_text="What is asked before the chat: a list of {name, label, type, required, choices}. Types: text, email, tel, textarea, select, checkbox, queue (choices: ids of active queues; none: all of them).",
                validators=[queues.models.entry_point.validate_prechat_fields],
                verbose_name="questions before the chat",
            ),
        ),
    ]
