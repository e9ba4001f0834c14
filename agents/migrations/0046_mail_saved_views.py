from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0043_give_agents_skills"),
    ]

    operations = [
        migrations.AlterField(
            model_name="mail",
            name="kind",
            field=models.CharField(
                choices=[
                    ("test", "Test mail"),
                    ("reply", "Agent's reply"),
                    ("transcript", "Transcript"),
                    ("resume", "Way back to a chat"),
                    ("invitation", "Invitation"),
                    ("password", "New password"),
                    ("report", "Report"),
                ],
                max_length=20,
            ),
        ),
    ]
