"""Random secrets that people or browsers keep; we keep a digest only."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 32


def make() -> str:
    """Return a new secret of 256 random bits."""
    return secrets.token_urlsafe(BYTES)


def digest(secret: str) -> str:
    """Return what we store of a secret. No salt is needed: it cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
