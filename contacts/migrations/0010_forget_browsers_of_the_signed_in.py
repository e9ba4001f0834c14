from django.db import migrations


def forget(apps, schema_editor):
    """Drop rows that never match: who signed in is not reached by a browser alone."""
    visitors = apps.get_model("contacts", "Visitor").objects.exclude(
        customer__subject=""
    )
    visitors.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0009_drop_a_doubled_index"),
    ]

    operations = [
        # What was of no use is not made again.
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
