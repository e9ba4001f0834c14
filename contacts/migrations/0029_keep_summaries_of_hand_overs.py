from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0028_name_sources_of_lines")]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="handover_summary",
            field=models.TextField(blank=True, max_length=500),
        ),
    ]
