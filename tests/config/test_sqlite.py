"""The embedded database: how it is opened, and that many may write at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.commands import manage, said, shell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

WRITERS, TIMES = 6, 30
READ_PRAGMAS = """
from django.db import connection
import json
names = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
with connection.cursor() as cursor:
    pragmas = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
print(json.dumps({**pragmas, "transaction_mode": connection.transaction_mode}))
"""
# Reads, then writes: what Django's default way loses with "database is locked".
COUNT_UP = f"""
from django.db import transaction
from agents.models import Agent
for _ in range({TIMES}):
    with transaction.atomic():
        agent = Agent.objects.select_for_update().get()
        agent.session_version += 1
        agent.save(update_fields=["session_version"])
"""
MAKE_ONE = """
from agents.models import Agent
Agent.objects.create_superuser("root@parley.example", "a-quiet-harbour-42")
"""
TELL = "from agents.models import Agent; print(Agent.objects.get().session_version)"


def test_it_is_opened_for_many_writers(tmp_path: Path) -> None:
    answer = json.loads(said(shell(tmp_path, READ_PRAGMAS)))

    assert answer == {
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": 10_000,
        "foreign_keys": 1,
        "transaction_mode": "IMMEDIATE",
    }


def test_many_processes_write_and_nothing_is_lost(tmp_path: Path) -> None:
    said(manage(tmp_path, "migrate", "--verbosity", "0"))
    said(shell(tmp_path, MAKE_ONE))

    writers = [shell(tmp_path, COUNT_UP) for _ in range(WRITERS)]
    for writer in writers:
        said(writer)

    assert int(said(shell(tmp_path, TELL))) == WRITERS * TIMES
