from django.db import migrations, models

SEARCHED = ("assistant", "entrypoint", "predefinedresponse", "queue")


class Migration(migrations.Migration):
    dependencies = [("queues", "0008_ask_for_long_secrets")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="folded",
            field=models.TextField(blank=True, editable=False, default=""),
            preserve_default=False,
        )
        for model in SEARCHED
    ]
