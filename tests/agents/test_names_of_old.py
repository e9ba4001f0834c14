"""An installation that is older than folded columns: its rows are found, its twins told
apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from agents.models import Agent
from contacts.models import Customer
from core import clock
from queues.models import PredefinedResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

BEFORE = [
    ("agents", "0017_forget_who_had_sockets"),
    ("contacts", "0012_know_repeated_openings"),
    ("queues", "0008_ask_for_long_secrets"),
    ("wrapup", "0004_explain_every_field"),
]
NAMES = ["Zo\u00eb", "ZOE", "Zoe 2", "zoe\u0301", "Ann"]


@pytest.fixture
def migrated_back(db: None) -> Iterator[MigrationExecutor]:
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    yield executor
    call_command("migrate", verbosity=0)


@pytest.mark.longest
def test_its_rows_are_found_and_its_twins_told_apart(
    migrated_back: MigrationExecutor,
) -> None:
    apps = migrated_back.loader.project_state(BEFORE).apps
    own = {"organisation": apps.get_model("agents", "Organisation").objects.create()}
    now = clock.now()
    people = apps.get_model("agents", "Agent").objects
    for number, name in enumerate(NAMES):
        people.create(email=f"{number}@acme.example", display_name=name, **own)
    gone = {"email": "gone@acme.example", "display_name": "ann", "is_active": False}
    people.create(**gone, **own)
    apps.get_model("contacts", "Customer").objects.create(
        name="\u00c9ve",
        email="EVE@x.example",
        phone="+49 (0)30 901820",
        email_key="eve@x.example",
        phone_key="49030901820",
        created_at=now,
        **own,
    )
    responses = apps.get_model("queues", "PredefinedResponse").objects
    # More than one batch takes.
    responses.bulk_create(
        responses.model(name=f"R{number}", text="Gr\u00fc\u00dfe", **own)
        for number in range(1001)
    )

    call_command("migrate", verbosity=0)

    after = list(Agent.objects.order_by("pk").values_list("display_name", flat=True))
    assert after == ["Zo\u00eb", "ZOE 3", "Zoe 2", "zoe\u0301 4", "Ann", "ann"]
    assert len(set(Agent.objects.values_list("folded_name", flat=True))) == 5
    assert Agent.objects.get(folded__contains="zoe 3").email == "1@acme.example"
    customer = Customer.objects.get()
    assert customer.phone_key == "+4930901820"
    assert customer.folded.startswith("eve eve@x.example")
    found = PredefinedResponse.objects.filter(folded__contains="grusse")
    assert found.count() == 1001
