import queues.models.entry_point
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("queues", "0026_let_customers_choose_the_queue"),
    ]

    operations = [
        migrations.AddField(
            model_name="entrypoint",
            name="colour",
            field=models.CharField(
                blank=True,
                help_text="Of buttons and of what the customer says, such as #2454c6. White must be readable on it: a contrast of at least 4.5:1. Empty: Parley's blue.",
                max_length=7,
                validators=[queues.models.entry_point.validate_colour],
            ),
        ),
        migrations.AddField(
            model_name="entrypoint",
            name="consent_text",
            field=models.TextField(
                blank=True,
                help_text="What customers must agree to before a chat; it is kept with the chat, in these words and with the time. Empty: they are not asked.",
                max_length=1000,
                verbose_name="consent",
            ),
        ),
        migrations.AddField(
            model_name="entrypoint",
            name="farewell",
            field=models.TextField(
                blank=True, help_text="Shown after the end of a chat.", max_length=1000
            ),
        ),
        migrations.AddField(
            model_name="entrypoint",
            name="privacy_url",
            field=models.URLField(
                blank=True,
                help_text="Its address, for a link below the form: https://… or http://…",
                max_length=500,
                verbose_name="privacy notice",
            ),
        ),
    ]
