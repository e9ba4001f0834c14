from django.db import migrations, models

from core.indexes import AddIndex, RemoveIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("contacts", "0061_index_the_day")]

    operations = [
        AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["organisation", "-opened_at", "-id"],
                name="contacts_contact_newest",
            ),
        ),
        RemoveIndex(model_name="contact", name="contacts_contact_opened"),
    ]
