import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0035_know_who_is_away"),
        ("queues", "0026_let_customers_choose_the_queue"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="chosen_queue",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="queues.queue",
            ),
        ),
    ]
