"""Runs manage.py in processes of its own, on an embedded database."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def manage(
    data: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start manage.py on the data in this folder."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**keep, "PARLEY_DATA": str(data), **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def shell(data: Path, code: str) -> subprocess.Popen[str]:
    return manage(data, "shell", "--no-imports", "--command", code)


def said(process: subprocess.Popen[str]) -> str:
    """Return what it wrote, once it has ended well."""
    out, errors = process.communicate()
    assert process.returncode == 0, errors
    return out
