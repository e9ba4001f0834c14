from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0017_remember_the_page"),
    ]

    operations = [
        migrations.RenameField(
            model_name="visitor", old_name="created_at", new_name="used_at"
        ),
        migrations.AlterField(
            model_name="visitor",
            name="used_at",
            field=models.DateTimeField(db_index=True),
        ),
    ]
