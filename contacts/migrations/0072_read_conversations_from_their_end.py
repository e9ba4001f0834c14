from django.db import migrations

from core.routines import MakeRoutine


class Migration(migrations.Migration):
    dependencies = [("contacts", "0071_plan_the_storing_of_lines_once")]

    operations = [
        MakeRoutine(
            "contacts_store_lines",
            "contacts/services/at_once_postgresql.sql",
            is_there=True,
            digest="edc4d4ecf2a1e314",
        ),
    ]
