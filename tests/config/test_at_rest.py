"""An installation that is older than encryption at rest: migrated, and back again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.commands import manage, said, shell

if TYPE_CHECKING:
    from pathlib import Path

    from tests.installations import Install

pytestmark = pytest.mark.longest

BEFORE = (("queues", "0005"), ("agents", "0012"))
SECRETS = {
    "agents_secondfactor": "secret",
    "queues_entrypoint": "identity_secret",
    "queues_assistant": "webhook_secret",
}
SECRET = "JBSWY3DPEHPK3PXP"
MAKE = f"""
from agents.models import Agent, SecondFactor
from queues.models import Assistant, EntryPoint
EntryPoint.objects.update(identity_secret="{SECRET}")
Assistant.objects.update(webhook_secret="{SECRET}")
alice = Agent.objects.get(email="alice@acme.example")
SecondFactor.objects.create(agent=alice, secret="{SECRET}")
"""
READ = """
from agents.models import SecondFactor
from agents.sessions import SessionStore
from queues.models import EntryPoint
print(SecondFactor.objects.get().secret)
print(*{row.identity_secret for row in EntryPoint.objects.all()})
print(SessionStore("%s").get("said"))
"""
SESSION = """
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore()
session["said"] = "hello"
session.save()
print(session.session_key)
"""


def stored(data: Path) -> set[str]:
    with closing(sqlite3.connect(data / "parley.sqlite3")) as database:
        return {
            value
            for table, column in SECRETS.items()
            for (value,) in database.execute(f"SELECT {column} FROM {table}")  # noqa: S608
        }


def test_its_secrets_are_encrypted_and_its_people_stay_signed_in(
    tmp_path: Path, install: Install
) -> None:
    install(tmp_path)
    said(shell(tmp_path, MAKE))
    assert all(value.startswith("encrypted:") for value in stored(tmp_path))

    for app, name in BEFORE:
        said(manage(tmp_path, "migrate", app, name, "--verbosity", "0"))
    assert stored(tmp_path) == {SECRET}
    key = said(shell(tmp_path, SESSION)).strip()  # as Django keeps it

    said(manage(tmp_path, "migrate", "--verbosity", "0"))
    assert all(value.startswith("encrypted:") for value in stored(tmp_path))
    assert said(shell(tmp_path, READ % key)).split() == [SECRET, SECRET, "hello"]
