from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("queues", "0029_invite_visitors"),
    ]

    operations = [
        migrations.AddField(
            model_name="entrypoint",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("en", "English"), ("de", "Deutsch"), ("ar", "العربية")],
                default="",
                help_text="Of the chat page, its widget and its mails. Empty: the browser's.",
                max_length=10,
            ),
            preserve_default=False,
        ),
    ]
