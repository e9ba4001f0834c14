from django.db import migrations, models

from core.indexes import AddIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("agents", "0046_mail_saved_views")]

    operations = [
        AddIndex(
            model_name="statelog",
            index=models.Index(fields=["until_at"], name="agents_state_log_over"),
        ),
    ]
