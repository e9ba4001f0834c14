from django.db import migrations

from core.indexes import AddWordsIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("contacts", "0068_keep_when_more_time_was_asked_for")]

    operations = [
        AddWordsIndex("contacts_customer_words", table="contacts_customer"),
    ]
