from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING

from django.core.management.utils import get_random_secret_key

if TYPE_CHECKING:
    from pathlib import Path


def secret_key(folder: Path) -> str:
    """Return the installation's secret key, made once and kept with mode 0600.

    Raise SystemExit with a sentence where the folder cannot be used.
    """
    file = folder / "secret_key"
    try:
        if not file.exists():
            _make(file)
        return file.read_text().strip()
    except OSError as error:
        raise SystemExit(unusable(folder, error)) from error


def unusable(folder: Path, error: OSError) -> str:
    """Return the sentence that says why there can be no Parley in this folder."""
    is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    way = "make room on that disk" if is_full else "let Parley write there"
    return (
        f"Parley cannot keep its data in {folder} ({error.strerror}): "
        f"{way}, or choose another folder with PARLEY_DATA."
    )


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".secret_key.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(get_random_secret_key())
        # A hard link fails where another process was first: all agree on one key.
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
