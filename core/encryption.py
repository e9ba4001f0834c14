"""Secrets that must be read again: whoever reads the database does not read them.

They are encrypted with keys made from SECRET_KEY and SECRET_KEY_FALLBACKS.
"""

from __future__ import annotations

import base64
import logging
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models, transaction
from django.db.models import Value

logger = logging.getLogger(__name__)

MARK = "encrypted:"
PURPOSE = b"parley: secrets at rest"
KEY_BYTES = 32


class Sealed(str):
    """A secret that none of our keys opens. It is stored again as it is, and nothing
    fits that others sign with the secret."""

    __slots__ = ()


class EncryptedField(models.CharField):  # type: ignore[type-arg]
    """A text of up to `max_length` characters, which is stored encrypted.

    It cannot be searched for; but an empty one is stored as it is.
    """

    def get_internal_type(self) -> str:
        # What is stored is longer than the text.
        return "TextField"

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        if not value:
            return value
        try:
            return decrypt(value)
        except Unreadable:
            logger.error(
                "%s cannot be decrypted: put the SECRET_KEY it was encrypted with "
                "into SECRET_KEY_FALLBACKS",
                self,
            )
            return Sealed(value)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return str(value)
        text = super().get_prep_value(value)
        return encrypt(text) if text else text


def encrypt_rows(model: type[models.Model], field: str) -> int:
    """Encrypt what is in this field with the current SECRET_KEY. Return for how many
    rows none of the keys fits: they stay as they are."""
    sealed = 0
    for pk in list(_rows(model).values_list("pk", flat=True)):
        with transaction.atomic():
            row = _rows(model).select_for_update().filter(pk=pk)
            for secret in row.values_list(field, flat=True):
                sealed += isinstance(secret, Sealed)
                row.update(**{field: secret})
    return sealed


def decrypt_rows(model: type[models.Model], field: str) -> None:
    """Store what is in this field as it is. Raise Unreadable where no key fits."""
    for pk, secret in list(_rows(model).values_list("pk", field)):
        if isinstance(secret, Sealed):
            raise Unreadable(f"{model._meta.label} {pk}")
        plain = Value(secret, models.TextField())
        _rows(model).filter(pk=pk).update(**{field: plain})


def _rows(model: type[models.Model]) -> models.QuerySet[models.Model]:
    return model._base_manager.all()


def is_readable(secret: str) -> bool:
    return not isinstance(secret, Sealed)


class Unreadable(Exception):
    """None of the keys there are has encrypted this."""


def encrypt(text: str) -> str:
    """Return the text as it is stored, encrypted with the current SECRET_KEY."""
    return MARK + _keys().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """Return what was encrypted with SECRET_KEY or one of its fallbacks; what was
    never encrypted as it is. Raise Unreadable."""
    if not stored.startswith(MARK):
        return stored
    try:
        return _keys().decrypt(stored.removeprefix(MARK)).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _keys() -> MultiFernet:
    return _keys_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=8)
def _keys_of(secrets: tuple[str, ...]) -> MultiFernet:
    """Return the keys; the first one encrypts, all decrypt."""
    return MultiFernet([Fernet(_derive(secret)) for secret in secrets])


def _derive(secret: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=PURPOSE)
    return base64.urlsafe_b64encode(derivation.derive(secret.encode()))
