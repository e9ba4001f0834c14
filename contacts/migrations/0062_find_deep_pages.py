from django.db import migrations, models

from core.long_tables import AddIndexBesideWork, RemoveIndexBesideWork


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("contacts", "0061_index_the_day")]

    operations = [
        AddIndexBesideWork(
            model_name="contact",
            index=models.Index(
                fields=["organisation", "-opened_at", "-id"],
                name="contacts_contact_newest",
            ),
        ),
        RemoveIndexBesideWork(model_name="contact", name="contacts_contact_opened"),
    ]
