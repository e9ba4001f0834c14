"""Only lines that an agent wrote are in the index of who wrote them: it is for deleting
agents."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.indexes import AddIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("contacts", "0046_let_contacts_change_in_place")]

    operations = [
        AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("sender_agent__isnull", False)),
                fields=["sender_agent"],
                name="contacts_message_agent",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="sender_agent",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
