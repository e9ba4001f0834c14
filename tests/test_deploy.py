"""What an operator copies from docs/deploy.md does what the page says."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.commands import said, shell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.installations import Install

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "deploy.md").read_text()


def blocks(language: str, *, under: str = "") -> list[str]:
    """Return the page's blocks in this language, of one chapter or of all."""
    chapter = (
        PAGE.partition(f"## {under}\n")[2].partition("\n## ")[0] if under else PAGE
    )
    return re.findall(rf"^```{language}\n(.*?)^```", chapter, re.MULTILINE | re.DOTALL)


def operate(script: str, data: Path, *, environment: Mapping[str, str]) -> str:
    """Run an operator's commands; return what they say."""
    given = {"PATH": os.environ["PATH"], "PARLEY_DATA": str(data), **environment}
    done = subprocess.run(
        ["/bin/sh", "-euc", script],
        cwd=ROOT,
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_nothing_of_ours_is_where_everybody_may_write() -> None:
    assert "/tmp/" not in PAGE  # noqa: S108


def test_the_service_cannot_write_its_own_code() -> None:
    [unit] = [text for text in blocks("ini") if "[Service]" in text]
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(unit)
    service = parser["Service"]

    assert service["ProtectSystem"] == "strict"
    assert "ReadWritePaths" not in service
    state = f"/var/lib/{service['StateDirectory']}"
    assert service["Environment"] == f"PARLEY_DATA={state}"
    assert not service["WorkingDirectory"].startswith(state)
    assert (service["StateDirectoryMode"], service["UMask"]) == ("0700", "0077")


def test_each_command_is_spelled_as_a_shell_reads_it() -> None:
    for script in blocks("sh"):
        subprocess.run(["/bin/sh", "-n", "-c", script], check=True)


@pytest.mark.slow
def test_what_was_backed_up_is_restored(tmp_path: Path, install: Install) -> None:
    data, backups = tmp_path / "data", tmp_path / "backups"
    backups.mkdir()
    install(data)
    said(shell(data, SET))

    for chapter in ("Backups", "Restoring", "Going back to an older version"):
        for script in blocks("sh", under=chapter):
            here = script.replace("/var/backups", str(backups))
            # Neither another version nor another database is at hand.
            lines = [line for line in here.splitlines() if line.startswith("bin/")]
            operate("\n".join(lines), data, environment={})

    assert said(shell(data, TELL)) == "a-secret-of-the-site\n"
    assert len([*data.glob("before-restore-*")]) == 2
    remove = blocks("sh", under="Restoring")[1].splitlines()[0]
    operate(remove, data, environment={})
    assert not [*data.glob("before-restore-*")]


SET = """
from queues.models import EntryPoint
EntryPoint.objects.update(identity_secret="a-secret-of-the-site")
"""
TELL = """
from queues.models import EntryPoint
print(*{row.identity_secret for row in EntryPoint.objects.all()})
"""


@pytest.mark.slow
def test_the_secret_key_is_rotated(tmp_path: Path, install: Install) -> None:
    install(tmp_path)
    said(shell(tmp_path, SET))
    [script] = blocks("sh", under="Rotating the secret key")
    old = (tmp_path / "secret_key").read_text()

    operate(script, tmp_path, environment={})

    assert (tmp_path / "secret_key").read_text() != old
    assert said(shell(tmp_path, TELL)) == "a-secret-of-the-site\n"
