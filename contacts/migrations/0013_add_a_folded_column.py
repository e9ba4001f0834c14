from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0020_know_the_country"),
        ("contacts", "0012_know_repeated_openings"),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="folded",
            field=models.TextField(blank=True, editable=False, default=""),
            preserve_default=False,
        ),
    ]
