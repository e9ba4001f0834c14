"""What happened stays as it was written, whichever way somebody comes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.db.models import F

from agents.models import AgentState, AuditEntry, Role, StateLog
from agents.services import people, states
from contacts.models import ContactEvent
from core import clock
from tests import cast, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.steps import Chat

TABLES = [StateLog, ContactEvent, AuditEntry]


@pytest.fixture
def talking(alice: Agent, direct: EntryPoint) -> Chat:
    return steps.connected(alice, direct)


def rows(model: Any) -> list[Any]:
    return list(model.objects.order_by("pk").values())


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


ANY_FIELD = {StateLog: "agent", ContactEvent: "agent", AuditEntry: "actor"}


@pytest.mark.usefixtures("talking")
@pytest.mark.parametrize("model", TABLES)
def test_no_row_is_changed_or_deleted_by_us(model: Any) -> None:
    before = rows(model)
    first = model.objects.order_by("pk")[0]
    assert before

    for refused in (
        first.save,
        first.delete,
        model.objects.all().delete,
        lambda: model.objects.update(id=0),
        lambda: model.objects.bulk_update([first], [ANY_FIELD[model]]),
    ):
        with pytest.raises(TypeError, match="append-only"):
            refused()

    assert rows(model) == before


CHANGES = {
    AuditEntry: ["action = 'closed'", "changes = '{}'", "actor_id = NULL", "at = at"],
    StateLog: ["state = 'idle'", "reason = 'x'", "from_at = until_at", "agent_id = 0"],
    ContactEvent: ["code = 'rona'", "details = '{}'", "agent_id = NULL", "at = at"],
}


@pytest.mark.usefixtures("talking")
@pytest.mark.parametrize("model", TABLES)
def test_the_database_refuses_it_too(model: Any) -> None:
    before, table = rows(model), model._meta.db_table

    for statement in (
        f"DELETE FROM {table}",  # noqa: S608
        *(f"UPDATE {table} SET {change}" for change in CHANGES[model]),  # noqa: S608
    ):
        with pytest.raises(IntegrityError, match="append-only"):
            sql(statement)

    assert rows(model) == before


def test_a_stretch_ends_once(alice: Agent) -> None:
    steps.go_available(alice)
    steps.go_idle(alice)
    ended = StateLog.objects.exclude(until_at=None).latest("pk")
    before = StateLog.objects.filter(pk=ended.pk).values()[0]

    with pytest.raises(IntegrityError, match="append-only"):
        StateLog.objects.filter(pk=ended.pk).update(
            until_at=F("until_at") + timedelta(hours=1)
        )
    states.end_log(agent_id=alice.pk, now=clock.now())

    assert StateLog.objects.filter(pk=ended.pk).values()[0] == before
    assert not StateLog.objects.filter(until_at=None).exists()


def test_the_log_outlives_who_it_is_about(
    acme: Organisation, alice: Agent, ada: Agent
) -> None:
    states.set_state(
        agent_id=alice.pk, state=AgentState.AVAILABLE, now=clock.now(), changed_by=ada
    )
    number = alice.pk
    cast.person("Anna", acme, role=Role.ADMINISTRATOR)

    people.delete(alice, now=clock.now())
    people.delete(ada, now=clock.now())

    row = StateLog.objects.get(agent=number)
    assert row.state == AgentState.AVAILABLE
    assert row.until_at is not None


@pytest.fixture
def back_again(db: None) -> Iterator[None]:
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.longest
@pytest.mark.usefixtures("talking", "back_again")
def test_the_refusal_can_be_taken_back() -> None:
    call_command("migrate", "contacts", "0003", verbosity=0)
    call_command("migrate", "agents", "0008", verbosity=0)

    sql("UPDATE contacts_contactevent SET code = 'rona'")
    sql("UPDATE agents_statelog SET reason = 'x'")

    assert set(ContactEvent.objects.values_list("code", flat=True)) == {"rona"}
    assert set(StateLog.objects.values_list("reason", flat=True)) == {"x"}
