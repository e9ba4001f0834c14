from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0043_give_agents_skills"),
        ("contacts", "0062_find_deep_pages"),
        ("queues", "0034_ask_for_skills"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="asked_skills",
            field=models.CharField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name="contact",
            name="intent_skills",
            field=models.CharField(blank=True, max_length=1000),
        ),
    ]
