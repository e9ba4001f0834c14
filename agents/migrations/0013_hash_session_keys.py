"""Who is signed in stays so: their sessions get the names under which they are found."""

import hashlib

from django.db import migrations


def hash_keys(apps, schema_editor):
    Session = apps.get_model("sessions", "Session")
    rows = list(Session.objects.all())
    Session.objects.all().delete()
    for row in rows:
        row.session_key = hashlib.sha256(row.session_key.encode()).hexdigest()[:40]
    Session.objects.bulk_create(rows, batch_size=500)


def sign_everybody_out(apps, schema_editor):
    # The keys are not known any more.
    apps.get_model("sessions", "Session").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0012_say_when_second_factors_apply"),
        ("sessions", "0001_initial"),
    ]

    operations = [migrations.RunPython(hash_keys, sign_everybody_out)]
