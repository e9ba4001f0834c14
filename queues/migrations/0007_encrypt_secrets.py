from core.encryption import decrypt_rows, encrypt_rows
from django.db import migrations

SECRETS = [("Assistant", "webhook_secret"), ("EntryPoint", "identity_secret")]


def encrypt(apps, schema_editor):
    for model, field in SECRETS:
        encrypt_rows(apps.get_model("queues", model), field)


def decrypt(apps, schema_editor):
    for model, field in SECRETS:
        decrypt_rows(apps.get_model("queues", model), field)


class Migration(migrations.Migration):
    dependencies = [("queues", "0006_make_room_for_encrypted_secrets")]

    operations = [migrations.RunPython(encrypt, decrypt)]
