"""The part that runs before anything is installed, in a checkout of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from config import bootstrap as bootstrap_module

pytestmark = pytest.mark.slow


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout that needs no package at all."""
    (tmp_path / "config").mkdir()
    shutil.copy(
        Path(settings.BASE_DIR) / "config" / "bootstrap.py", tmp_path / "config"
    )
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\n")
    return tmp_path


def bootstrap(checkout: Path, requirements: str) -> subprocess.CompletedProcess[str]:
    script = checkout / "config" / "bootstrap.py"
    return subprocess.run(
        [sys.executable, "-I", str(script), requirements],
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_makes_an_environment_once_and_follows_the_file(checkout: Path) -> None:
    first = bootstrap(checkout, "requirements-dev.txt")
    again = bootstrap(checkout, "requirements-dev.txt")
    part = bootstrap(checkout, "requirements.txt")
    (checkout / "requirements.txt").write_text("# changed\n")
    changed = bootstrap(checkout, "requirements.txt")

    assert "Making a virtual environment" in first.stderr
    assert "Installing requirements-dev.txt; this happens once" in first.stderr
    assert (checkout / ".venv" / "bin" / "python").exists()
    assert (again.stderr, part.stderr) == ("", "")
    assert "Installing requirements.txt" in changed.stderr
    assert "Making" not in changed.stderr


def test_a_failed_installation_is_said_and_tried_again(checkout: Path) -> None:
    (checkout / "requirements.txt").write_text("./no-such-package\n")

    first = bootstrap(checkout, "requirements.txt")
    again = bootstrap(checkout, "requirements.txt")

    for attempt in (first, again):
        assert attempt.returncode == 1
        assert "requirements.txt could not be installed" in attempt.stderr


def test_what_takes_long_says_that_it_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap_module, "BETWEEN_SIGNS", 0.001)

    bootstrap_module._run([sys.executable, "-c", ""], otherwise="It failed.")

    assert "still at it after 0 s" in capsys.readouterr().err


def test_a_broken_environment_is_made_anew(checkout: Path) -> None:
    programs = checkout / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to("/no/such/python")

    assert bootstrap(checkout, "requirements.txt").returncode == 0

    assert (programs / "python").exists()
