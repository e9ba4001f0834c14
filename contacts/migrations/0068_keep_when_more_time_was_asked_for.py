from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0067_note_blocked_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="wrapup_renewed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
