from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wrapup", "0004_explain_every_field")]

    operations = [
        migrations.AddField(
            model_name="wrapupcode",
            name="folded",
            field=models.TextField(blank=True, editable=False, default=""),
            preserve_default=False,
        ),
    ]
