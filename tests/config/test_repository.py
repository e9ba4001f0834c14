from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


@pytest.mark.parametrize(
    "path",
    [
        ".venv/bin/python",
        "var/parley.sqlite3",
        "var/logs/web.log",
        ".coverage",
        ".coverage.host.1.x",
        ".pytest_cache/x",
        ".mypy_cache/x",
        ".ruff_cache/x",
        ".hypothesis/x",
        "config/__pycache__/settings.cpython-311.pyc",
    ],
)
def test_what_the_commands_leave_behind_is_ignored(path: str) -> None:
    command = ["git", "-C", str(ROOT), "check-ignore", "--quiet", path]

    assert subprocess.run(command, check=False).returncode == 0


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_dependency_is_pinned(file: str) -> None:
    lines = (ROOT / file).read_text().splitlines()

    assert [line for line in lines if not re.search("==|^-r ", line)] == []


def test_every_variable_of_the_environment_is_documented() -> None:
    sources = (ROOT / "config" / "settings.py").read_text()
    variables = set(re.findall(r'env\.\w+\(\s*"(\w+)"', sources))

    documented = set(re.findall(r"^\| `(\w+)`", read("docs/deploy.md"), re.MULTILINE))

    assert variables
    assert variables - documented == set()


def read(path: str) -> str:
    return (ROOT / path).read_text()
