from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0032_push_offers_to_browsers"),
    ]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("en", "English"), ("de", "Deutsch"), ("ar", "العربية")],
                default="",
                help_text="Of the desk and the administration. Empty: the browser's.",
                max_length=10,
            ),
            preserve_default=False,
        ),
    ]
