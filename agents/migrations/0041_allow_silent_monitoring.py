from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0040_say_what_supervisors_may_do"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="silent_monitoring_enabled",
            field=models.BooleanField(
                default=False,
                help_text="Agents are not told who reads along in their chats. Ask first what the law and your works council say; customers are told by the consent of the entry point. The audit trail names everybody who watches, either way.",
                verbose_name="silent monitoring",
            ),
        ),
    ]
