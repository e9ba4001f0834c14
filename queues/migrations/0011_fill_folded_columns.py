from core.folding import fill, folded_from
from django.db import migrations

SEARCHED = {
    "Assistant": ("name",),
    "EntryPoint": ("name", "key"),
    "PredefinedResponse": ("name", "text"),
    "Queue": ("name", "description"),
}


def fill_columns(apps, schema_editor):
    for name, of in SEARCHED.items():
        rows = apps.get_model("queues", name)._base_manager.all()
        fill(rows, {"folded": folded_from(*of)})


class Migration(migrations.Migration):
    # Each batch by itself: nobody waits long for its locks.
    atomic = False

    dependencies = [("queues", "0010_add_folded_columns")]

    operations = [migrations.RunPython(fill_columns, migrations.RunPython.noop)]
