from django.db import migrations

from core.routines import MakeRoutine


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0069_find_parts_of_words"),
        ("agents", "0048_find_parts_of_words"),
    ]

    operations = [
        MakeRoutine(
            "contacts_store_lines",
            "contacts/services/at_once_postgresql.sql",
            digest="5ce14d19b5b84108",
        ),
    ]
