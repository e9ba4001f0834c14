"""Installations that are made once, as that takes long, and copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.commands import manage, said

if TYPE_CHECKING:
    from pathlib import Path

Install = Callable[["Path"], None]


@pytest.fixture(scope="session")
def install_empty(tmp_path_factory: pytest.TempPathFactory) -> Install:
    """Put a database without a row, and its secret key, into a folder."""
    original = tmp_path_factory.mktemp("empty") / "data"
    said(manage(original, "migrate", "--verbosity", "0"))
    return _copier(original)


@pytest.fixture(scope="session")
def install(
    tmp_path_factory: pytest.TempPathFactory, install_empty: Install
) -> Install:
    """Put a database with the demo, and its secret key, into a folder."""
    original = tmp_path_factory.mktemp("installation") / "data"
    install_empty(original)
    said(manage(original, "demo"))
    return _copier(original)


def _copier(original: Path) -> Install:
    def copy(data: Path) -> None:
        shutil.copytree(original, data, dirs_exist_ok=True)

    return copy
