from __future__ import annotations

import base64
import contextlib
import errno
import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# The order of the curve: a private key is any number from 1 to below it (FIPS 186-5).
# Not by `cryptography`, which would take a fifth of the supervisor's memory.
POINTS_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def secret_key(folder: Path) -> str:
    """Return the installation's secret key, made once and kept with mode 0600.

    Raise SystemExit with a sentence where the folder cannot be used.
    """
    return _kept(folder / "secret_key", lambda: secrets.token_urlsafe(50))


def vapid_key(folder: Path) -> str:
    """Return the key that signs pushes, kept as the secret key is."""
    return _kept(folder / "vapid_key", _random_vapid_key)


def _random_vapid_key() -> str:
    """Return a number of the curve P-256, as VAPID writes private keys."""
    number = 1 + secrets.randbelow(POINTS_OF_P256 - 1)
    return base64.urlsafe_b64encode(number.to_bytes(32)).decode().rstrip("=")


def _kept(file: Path, make: Callable[[], str]) -> str:
    try:
        if not file.exists():
            _store(file, make())
        return file.read_text().strip()
    except OSError as error:
        raise SystemExit(unusable(file.parent, error)) from error


def unusable(folder: Path, error: OSError) -> str:
    """Return the sentence that says why there can be no Parley in this folder."""
    is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    way = "make room on that disk" if is_full else "let Parley write there"
    return (
        f"Parley cannot keep its data in {folder} ({error.strerror}): "
        f"{way}, or choose another folder with PARLEY_DATA."
    )


def _store(file: Path, secret: str) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secret)
        # A hard link fails where another process was first: all agree on one key.
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
