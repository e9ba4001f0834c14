from django.db import migrations, models

from core.indexes import AddIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("contacts", "0063_keep_what_contacts_ask")]

    operations = [
        AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(state="queued", asked_skills__gt=""),
                fields=["queue", "asked_skills"],
                name="contacts_contact_asking",
            ),
        ),
    ]
