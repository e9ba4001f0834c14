from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings

from config import processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django import Settings

    from config.supervisor import Child


CHILDREN = (processes.web, processes.timers, processes.worker)
PAGE = (Path(django_settings.BASE_DIR) / "docs" / "deploy.md").read_text()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def test_the_server_itself_believes_no_proxy(listener: socket.socket) -> None:
    assert "--no-proxy-headers" in processes.web(listener).command


def test_children_agree_on_the_port_that_was_found(listener: socket.socket) -> None:
    port = str(listener.getsockname()[1])

    for child in CHILDREN:
        assert child(listener).env["PORT"] == port


def test_the_one_with_beat_is_started_again_when_the_clock_jumps(
    listener: socket.socket,
) -> None:
    trusting = {
        child(listener).name for child in CHILDREN if child(listener).trusts_the_clock
    }

    assert trusting == {"timers"}


def test_several_web_processes_share_one_listener(listener: socket.socket) -> None:
    first, second = processes.web(listener), processes.web(listener, 2)

    assert (first.name, second.name) == ("web", "web-2")
    assert first.command == second.command
    assert first.pass_fds == second.pass_fds == [listener.fileno()]


@pytest.mark.parametrize(
    ("allowed", "header"),
    [
        (["127.0.0.1", "chat.example.com"], "127.0.0.1"),
        (["*"], "127.0.0.1"),
        (["chat.example.com"], "chat.example.com"),
        ([".example.com"], "example.com"),
    ],
)
def test_the_health_check_asks_by_a_name_that_is_allowed(
    settings: Settings, allowed: list[str], header: str
) -> None:
    settings.ALLOWED_HOSTS = allowed

    assert processes.allowed_name("127.0.0.1") == header


def test_a_listener_everywhere_is_reached_on_this_machine() -> None:
    with socket.create_server(("0.0.0.0", 0)) as everywhere:  # noqa: S104
        assert processes.reachable(everywhere)[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("child", "queue"),
    [
        (processes.timers, "timers"),
        (processes.worker, "work"),
    ],
)
def test_a_worker_has_threads_for_one_queue(
    listener: socket.socket, child: Callable[[socket.socket], Child], queue: str
) -> None:
    command = child(listener).command

    assert command[command.index("--queues") + 1] == queue
    assert f"--queues {queue} " in PAGE


def test_files_and_mails_wait_for_nobody_else(
    listener: socket.socket, settings: Settings
) -> None:
    settings.SCANS_AT_ONCE = 3
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    settings.EMAIL_FROM = "chat@parley.example"

    command = processes.worker(listener).command

    assert command[-4:] == ["--beside", "scans=3", "--beside", "mails=2"]
    assert "--beside scans=2" in PAGE
    assert "--beside mails=2" in PAGE


def test_without_mail_nobody_waits_for_mails(
    listener: socket.socket, settings: Settings
) -> None:
    settings.EMAIL_URL = ""

    assert processes.worker(listener).command[-2] == "--beside"
    assert processes.worker(listener).command[-1].startswith("scans=")


@pytest.mark.parametrize("child", CHILDREN)
def test_the_deployment_page_shows_the_same_commands(
    listener: socket.socket, child: Callable[[socket.socket], Child]
) -> None:
    options = [word for word in child(listener).command if word.startswith("--")]

    assert [word for word in options if word not in PAGE and word != "--fd"] == []
