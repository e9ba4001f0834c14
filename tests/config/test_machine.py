"""What is done at once by itself is as much as the machine has processors for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.run import NOT_FOR_TESTS

SHOWN = """
import os

os.sched_getaffinity = lambda process: {processors}
from django.conf import settings

print(settings.SCANS_AT_ONCE)
"""
WEB = "import config.asgi"
WORKER = (
    "import django; django.setup(); "
    "from celery.signals import worker_ready; worker_ready.send(None)"
)


@pytest.mark.telling
@pytest.mark.parametrize(
    ("processors", "checks"), [(1, 1), (2, 1), (3, 2), (5, 4), (64, 4)]
)
def test_checks_of_files_leave_a_processor_to_those_who_talk(
    processors: int, checks: int
) -> None:
    code = SHOWN.format(processors=set(range(processors)))

    assert said(code) == checks


@pytest.mark.parametrize("begins", [WEB, WORKER])
def test_what_a_process_has_loaded_is_not_looked_through_for_garbage(
    begins: str,
) -> None:
    assert said(f"{begins}; import gc; print(gc.get_freeze_count())") > 100_000


def test_workers_let_others_go_first() -> None:
    begins = "from celery.signals import worker_init; worker_init.send(None)"
    loads = "import os, django; django.setup(); before = os.nice(0)"

    assert said(f"{loads}; {begins}; print(os.nice(0) - before)") == 5


def said(code: str) -> int:
    """Return the number that this code writes, in a process of its own."""
    keep = {n: v for n, v in os.environ.items() if n not in NOT_FOR_TESTS}
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={**keep, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return int(ended.stdout)
