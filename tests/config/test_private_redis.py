from __future__ import annotations

import os
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from config import private_redis


def test_the_socket_lies_in_the_data_folder() -> None:
    folder = Path("/srv/parley")

    assert private_redis.socket_in(folder) == folder / "redis.sock"


def test_a_long_path_gets_a_short_socket_that_is_always_the_same() -> None:
    folder = Path("/srv") / ("long" * 40)

    socket = private_redis.socket_in(folder)

    assert len(os.fsencode(socket)) <= private_redis.LONGEST_SOCKET_PATH
    assert socket == private_redis.socket_in(folder)
    assert socket != private_redis.socket_in(folder / "another")


def test_the_length_counts_in_bytes() -> None:
    folder = Path("/srv") / ("ü" * 60)

    assert private_redis.socket_in(folder).parent != folder


def test_the_short_folder_is_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    socket = private_redis.socket_in(Path("/srv") / ("long" * 40))

    private_redis.make_folder_of(socket)

    assert socket.is_relative_to(tmp_path)
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700


def test_a_link_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)

    with pytest.raises(PermissionError):
        private_redis.make_folder_of(tmp_path / "link" / "redis.sock")


@pytest.mark.parametrize("name", ["redis-server", "valkey-server"])
def test_a_server_on_the_path_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    program = tmp_path / name
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert private_redis.server() == str(program)


def test_without_one_the_binary_of_the_wheel_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    said = subprocess.check_output([private_redis.server(), "--version"], text=True)

    assert said.startswith("Valkey server")
