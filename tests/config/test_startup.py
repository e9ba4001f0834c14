from __future__ import annotations

import base64
import errno
import os
import socket
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from config import secret, startup
from config.startup import CannotStart

if TYPE_CHECKING:
    from pathlib import Path


def test_a_port_in_use_is_one_sentence_with_the_port() -> None:
    with startup.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CannotStart) as refusal:
            startup.listen("127.0.0.1", port)

    assert str(refusal.value) == (
        f"Port {port} on 127.0.0.1 is already in use: stop what uses it, "
        f"or choose another one, for example with PORT={port + 1}."
    )


def test_a_host_that_does_not_exist_is_named() -> None:
    with pytest.raises(CannotStart, match="cannot listen on port 8000 of no such host"):
        startup.listen("no such host", 8000)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_cannot_be_is_named(port: int) -> None:
    with pytest.raises(CannotStart, match=f"PORT must be 0 to 65535, not {port}"):
        startup.listen("127.0.0.1", port)


def test_ipv6_is_served_too() -> None:
    with startup.listen("::1", 0) as listener:
        assert listener.family == socket.AF_INET6


def test_a_connection_sends_small_frames_at_once() -> None:
    with startup.listen("127.0.0.1", 0) as listener:
        client = socket.create_connection(listener.getsockname())
        connection, _ = listener.accept()

        with client, connection:
            waits = not connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    assert not waits


def test_a_disk_that_is_too_small_is_one_sentence() -> None:
    startup.need_room(0)

    with pytest.raises(CannotStart, match=r"the first start takes 1048576 MB\."):
        startup.need_room(2**40)


def test_a_full_disk_is_one_sentence_with_what_to_do(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert secret.unusable(tmp_path, full) == (
        f"Parley cannot keep its data in {tmp_path} (No space left on device): "
        "make room on that disk, or choose another folder with PARLEY_DATA."
    )


def test_a_data_folder_serves_one_copy_at_a_time(tmp_path: Path) -> None:
    first = startup.claim(tmp_path)

    with pytest.raises(CannotStart, match="Another copy of Parley is running"):
        startup.claim(tmp_path)

    first.close()
    startup.claim(tmp_path).close()


def test_a_stop_in_order_is_told_from_a_crash(tmp_path: Path) -> None:
    with startup.claim(tmp_path) as lock:
        assert not startup.was_cut_short(lock)
        with startup.noted(lock):
            pass
    with startup.claim(tmp_path) as lock:
        assert not startup.was_cut_short(lock)
        os.write(lock.fileno(), b"7\n")  # as `noted` does, and then a crash

    with startup.claim(tmp_path) as lock:
        assert startup.was_cut_short(lock)


def test_the_key_of_pushes_is_one_of_the_curve_and_kept(tmp_path: Path) -> None:
    kept, other = secret.vapid_key(tmp_path), secret.vapid_key(tmp_path / "other")

    for key in (kept, other):
        number = int.from_bytes(base64.urlsafe_b64decode(f"{key}="))
        ec.derive_private_key(number, ec.SECP256R1())  # raises where it is none
    assert kept != other
    assert secret.vapid_key(tmp_path) == kept


def test_no_key_is_above_the_order_of_the_curve() -> None:
    ec.derive_private_key(secret.POINTS_OF_P256 - 1, ec.SECP256R1())

    with pytest.raises(ValueError, match="out of range"):
        ec.derive_private_key(secret.POINTS_OF_P256, ec.SECP256R1())
