from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0018_forget_unused_browsers")]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="masked_messages",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="contact",
            name="dropped_messages",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
