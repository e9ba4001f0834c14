from core.folding import fill, folded_from
from django.db import migrations


def fill_column(apps, schema_editor):
    codes = apps.get_model("wrapup", "WrapUpCode")._base_manager.all()
    fill(codes, {"folded": folded_from("name", "description")})


class Migration(migrations.Migration):
    # Each batch by itself: nobody waits long for its locks.
    atomic = False

    dependencies = [("wrapup", "0005_add_a_folded_column")]

    operations = [migrations.RunPython(fill_column, migrations.RunPython.noop)]
