from core.encryption import decrypt_rows, encrypt_rows
from django.db import migrations


def encrypt(apps, schema_editor):
    encrypt_rows(apps.get_model("agents", "SecondFactor"), "secret")


def decrypt(apps, schema_editor):
    decrypt_rows(apps.get_model("agents", "SecondFactor"), "secret")


class Migration(migrations.Migration):
    dependencies = [("agents", "0014_make_room_for_encrypted_secrets")]

    operations = [migrations.RunPython(encrypt, decrypt)]
