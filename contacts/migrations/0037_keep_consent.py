from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0036_remember_the_chosen_queue"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="consent_text",
            field=models.TextField(blank=True, max_length=1000),
        ),
    ]
