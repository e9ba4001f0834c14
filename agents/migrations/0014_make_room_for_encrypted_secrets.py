import core.encryption
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agents", "0013_hash_session_keys")]

    operations = [
        migrations.AlterField(
            model_name="secondfactor",
            name="secret",
            field=core.encryption.EncryptedField(max_length=64),
        ),
    ]
