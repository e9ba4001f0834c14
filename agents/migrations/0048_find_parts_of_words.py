from django.db import migrations

from core.indexes import AddWordsIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("agents", "0047_find_states_that_ended")]

    operations = [
        AddWordsIndex("agents_auditentry_words", table="agents_auditentry"),
        AddWordsIndex("agents_mail_words", table="agents_mail"),
    ]
