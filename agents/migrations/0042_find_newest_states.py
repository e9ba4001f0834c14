from django.db import migrations, models

from core.indexes import AddIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("agents", "0041_allow_silent_monitoring")]

    operations = [
        AddIndex(
            model_name="statelog",
            index=models.Index(
                fields=["-from_at", "-id"], name="agents_state_log_newest"
            ),
        ),
    ]
