from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0064_find_who_asks_for_skills"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="rated_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="rerated_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="queuevisit",
            name="service_level_threshold",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("rated_at__isnull", False)),
                fields=["organisation", "rated_at"],
                name="contacts_contact_rated",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("rerated_at__isnull", False)),
                fields=["organisation", "rerated_at"],
                name="contacts_contact_rerated",
            ),
        ),
    ]
