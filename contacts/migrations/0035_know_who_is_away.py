from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0032_lead_back_by_mail"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="customer_away_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(
                    models.Q(("state", "ended"), _negated=True),
                    ("customer_away_since__isnull", False),
                ),
                fields=["customer_away_since"],
                name="contacts_contact_away",
            ),
        ),
    ]
