from django.db import migrations

from core.routines import MakeRoutine


class Migration(migrations.Migration):
    dependencies = [("contacts", "0070_store_lines_in_one_call")]

    operations = [
        MakeRoutine(
            "contacts_store_lines",
            "contacts/services/at_once_postgresql.sql",
            is_there=True,
            digest="1c115c90b87f9dd2",
        ),
    ]
