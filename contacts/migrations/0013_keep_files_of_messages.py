from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0012_know_repeated_openings"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="files",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
