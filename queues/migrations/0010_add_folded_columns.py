from django.db import migrations, models

SEARCHED = ("assistant", "entrypoint", "predefinedresponse", "queue")


class Migration(migrations.Migration):
    dependencies = [("queues", "0009_name_placeholders")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="folded",
            field=models.TextField(blank=True, editable=False, default=""),
            preserve_default=False,
        )
        for model in SEARCHED
    ]
