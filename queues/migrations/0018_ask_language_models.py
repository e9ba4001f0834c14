from __future__ import annotations

import core.encryption
import django.core.validators
import queues.models.assistant
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("queues", "0016_find_passages"),
    ]

    operations = [
        migrations.AddField(
            model_name="assistant",
            name="api_key",
            field=core.encryption.EncryptedField(
                blank=True,
                help_text="Sent there as a bearer token. Empty: none is needed.",
                max_length=500,
                validators=[queues.models.assistant.validate_key],
                verbose_name="key",
            ),
        ),
        migrations.AddField(
            model_name="assistant",
            name="base_url",
            field=models.URLField(
                blank=True,
                help_text="A language model's server, which speaks as OpenAI's does: https://models.example/v1, without /chat/completions.",
                max_length=500,
                verbose_name="model server",
            ),
        ),
        migrations.AddField(
            model_name="assistant",
            name="daily_requests",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Questions to a language model a day, in the organisation's time zone, 1-1000000; then people take over. Empty: no limit.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(1000000),
                ],
                verbose_name="requests a day",
            ),
        ),
        migrations.AddField(
            model_name="assistant",
            name="instructions",
            field=models.TextField(
                blank=True,
                help_text="What a language model is told besides our rules: its tone, what it is for, at most 8,000 characters.",
                max_length=8000,
                validators=[django.core.validators.MaxLengthValidator(8000)],
            ),
        ),
        migrations.AddField(
            model_name="assistant",
            name="max_replies",
            field=models.PositiveSmallIntegerField(
                default=20,
                help_text="Replies of a language model in one chat, 1-200; then people take over.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(200),
                ],
                verbose_name="replies",
            ),
        ),
        migrations.AddField(
            model_name="assistant",
            name="model",
            field=models.CharField(
                blank=True,
                help_text="The name of the model there, 1-200 characters.",
                max_length=200,
            ),
        ),
        migrations.AlterField(
            model_name="assistant",
            name="greeting",
            field=models.TextField(
                blank=True,
                help_text="Said first. Empty: nothing; a language model says that it is an automated assistant.",
                max_length=8000,
            ),
        ),
        migrations.AlterField(
            model_name="assistant",
            name="kind",
            field=models.CharField(
                choices=[
                    ("scripted", "Scripted"),
                    ("webhook", "Webhook"),
                    ("llm", "Language model"),
                ],
                default="scripted",
                help_text="Scripted: answers by the intents below. Webhook: asks a server of yours for every answer. Language model: answers from your published articles.",
                max_length=10,
            ),
        ),
    ]
