from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0019_count_masked_lines")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("rev__gt", 0)),
                fields=["contact", "seq"],
                name="contacts_message_changed",
            ),
        ),
    ]
