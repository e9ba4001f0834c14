import core.encryption
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("queues", "0005_mark_what_is_no_setting")]

    operations = [
        migrations.AlterField(
            model_name="assistant",
            name="webhook_secret",
            field=core.encryption.EncryptedField(
                blank=True,
                help_text="Signs what is sent there (HMAC-SHA256), to prove the sender.",
                max_length=200,
            ),
        ),
        migrations.AlterField(
            model_name="entrypoint",
            name="identity_secret",
            field=core.encryption.EncryptedField(
                blank=True,
                help_text="Signs who the customer is (HS256). Empty: nobody can be signed in.",
                max_length=200,
            ),
        ),
    ]
