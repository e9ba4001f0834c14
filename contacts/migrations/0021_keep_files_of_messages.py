from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0020_find_changed_lines"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="files",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
