from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0021_keep_files_of_messages"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attachment",
            name="status",
            field=models.CharField(
                choices=[
                    ("scanning", "Being checked"),
                    ("staged", "Staged"),
                    ("sent", "Sent"),
                    ("blocked", "Blocked"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="file",
            field=models.FileField(
                blank=True, db_index=True, upload_to="attachments/%Y/%m/"
            ),
        ),
    ]
