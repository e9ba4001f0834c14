import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("queues", "0027_give_chat_pages_a_brand"),
    ]

    operations = [
        migrations.CreateModel(
            name="Logo",
            fields=[
                (
                    "entry_point",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="logo",
                        serialize=False,
                        to="queues.entrypoint",
                    ),
                ),
                ("content", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
    ]
