import re

from core import phones
from core.folding import fill
from core.text import folded
from django.db import migrations


def found_by(customer):
    known = [customer.name, customer.email, customer.phone]
    if customer.phone:
        known += phones.spellings(customer.phone, customer.organisation.country)
    return folded(" ".join(known))


def phone_key(customer):
    if not customer.phone:
        return ""
    return phones.key_of(customer.phone, customer.organisation.country)[:50]


def fill_columns(apps, schema_editor):
    model = apps.get_model("contacts", "Customer")
    made = {
        "email_key": lambda customer: folded(customer.email)[:254],
        "phone_key": phone_key,
        "folded": found_by,
    }
    fill(model._base_manager.select_related("organisation"), made)


def restore_keys(apps, schema_editor):
    made = {
        "email_key": lambda customer: customer.email.strip().lower(),
        "phone_key": lambda customer: re.sub(r"\D", "", customer.phone),
    }
    fill(apps.get_model("contacts", "Customer")._base_manager.all(), made)


class Migration(migrations.Migration):
    # Each batch by itself: nobody waits long for its locks.
    atomic = False

    dependencies = [("contacts", "0013_add_a_folded_column")]

    operations = [migrations.RunPython(fill_columns, restore_keys)]
