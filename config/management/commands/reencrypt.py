from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from core import encryption
from core.encryption import EncryptedField


class Command(BaseCommand):
    help = "Encrypt all stored secrets anew with the current SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        sealed = sum(
            encryption.encrypt_rows(model, field.attname)
            for model in apps.get_models()
            for field in model._meta.concrete_fields
            if isinstance(field, EncryptedField)
        )
        if sealed:
            raise CommandError(
                f"{sealed} secrets cannot be decrypted: put the SECRET_KEY that they "
                "were encrypted with into SECRET_KEY_FALLBACKS, and try again."
            )
        self.stdout.write("All secrets are encrypted with the current SECRET_KEY.")
