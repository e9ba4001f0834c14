"""Random secrets that people or browsers keep; we keep a digest only. And keys, which
stand for somebody without saying whom."""

from __future__ import annotations

import base64
import hashlib
import secrets
from functools import lru_cache

from django.utils.crypto import salted_hmac

BYTES = 32
KEY_BYTES = 12  # 16 characters


def make() -> str:
    """Return a new secret of 256 random bits."""
    return secrets.token_urlsafe(BYTES)


def digest(secret: str) -> str:
    """Return what we store of a secret. No salt is needed: it cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


@lru_cache(maxsize=10_000)
def key_of(name: str) -> str:
    """Return 16 characters that stand for a name and do not reveal it: the same in all
    processes that share `SECRET_KEY`."""
    digest = salted_hmac("core.secrets.key_of", name, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:KEY_BYTES]).decode()
