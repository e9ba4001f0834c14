from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from django.core.management.utils import get_random_secret_key

if TYPE_CHECKING:
    from pathlib import Path


def secret_key(folder: Path) -> str:
    """Return the installation's secret key, made once and kept with mode 0600."""
    file = folder / "secret_key"
    if not file.exists():
        _make(file)
    return file.read_text().strip()


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".secret_key.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(get_random_secret_key())
    # A hard link fails where another process was first, so that all agree on one key.
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
