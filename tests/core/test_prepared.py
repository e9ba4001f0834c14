"""A query that is prepared finds what the same query finds that is made each time."""

from __future__ import annotations

from functools import reduce
from operator import or_
from threading import Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from agents.models import Agent
from contacts.models import Contact
from core.prepared import Prepared

if TYPE_CHECKING:
    from tests.stage import Counted
    from tests.steps import Chat


def made() -> QuerySet[Any]:
    """Return a query with values before and after its conditions."""
    others = Agent.objects.filter(organisation=OuterRef("organisation"), is_active=True)
    number = others.order_by().values("organisation").annotate(n=Count("pk"))
    return (
        Agent.objects.select_related("organisation")
        .annotate(
            label=Concat(Value("100 % "), F("email"), output_field=CharField()),
            others=Subquery(number.values("n")),
        )
        .exclude(email__endswith="%nobody")
        .order_by(Concat(Value("x%s"), F("email"), output_field=CharField()).desc())
    )


PREPARED = Prepared(made)


def seen(agents: list[Any]) -> list[Any]:
    return [(a.pk, a.email, a.label, a.others, a.organisation.name) for a in agents]


@pytest.mark.telling
@pytest.mark.parametrize(
    "where",
    [
        {},
        {"is_active": True},
        {"display_name__in": ["Alice", "Bob"]},
        {"display_name__in": ["Bob"]},
        {"display_name__in": []},
        {"email__contains": "%"},
        {"organisation__in": [0]},
        {"organisation__name": "Acme"},
        {"organisation__name": "Globex"},
    ],
)
def test_it_finds_the_same(alice: Agent, bob: Agent, where: dict[str, Any]) -> None:
    conditions = ~Q(display_name="%s")

    found = PREPARED.rows(conditions, **where)

    assert seen(found) == seen(list(made().filter(conditions, **where)))


@pytest.mark.telling
@pytest.mark.parametrize(
    "alternatives",
    [
        [{"display_name": "Alice"}],
        [{"display_name": "Alice", "is_active": True}, {"email__contains": "bob"}],
        [{"display_name__in": ["Alice"], "is_active": False}, {"pk": 0}],
        [{"organisation__name": "Acme"}, {"pk": 0}],
        [{}, {"pk": 0}],
    ],
)
def test_one_of_these_holds(
    alice: Agent, bob: Agent, carol: Agent, alternatives: list[dict[str, Any]]
) -> None:
    either = reduce(or_, (Q(**where) for where in alternatives))

    found = PREPARED.rows(alternatives, is_active=True)

    assert seen(found) == seen(list(made().filter(either, is_active=True)))


def test_all_alternatives_count(alice: Agent, bob: Agent, carol: Agent) -> None:
    names = [{"display_name": "Alice"}, {"display_name": "Bob"}]
    places = [{"pk__gt": alice.pk}, {"pk": 0}]

    assert [a.pk for a in PREPARED.rows(names, places)] == [bob.pk]


@pytest.mark.parametrize("where", [{}, {"organisation__name": "Acme"}])
def test_no_more_than_the_limit(
    alice: Agent, bob: Agent, carol: Agent, where: dict[str, Any]
) -> None:
    first_two = Prepared(lambda: Agent.objects.order_by("pk"), limit=2)

    assert first_two.rows(is_active=True, **where) == [alice, bob]
    assert first_two.rows(pk__gt=alice.pk, **where) == [bob, carol]


def test_thousands_of_values_are_one(alice: Agent, bob: Agent) -> None:
    others = range(10**12, 10**12 + 70_000)

    assert PREPARED.rows(pk__in=[alice.pk, *others]) == [alice]
    assert PREPARED.rows(pk__in={alice.pk: 0, alice.pk + 10**9: 0}.keys()) == [alice]


def test_ids_of_contacts_are_one_value(waiting: Chat) -> None:
    ids = Prepared(lambda: Contact.objects.values_list("pk", flat=True))

    assert ids.rows(pk__in={waiting.contact.pk, uuid4()}) == [waiting.contact.pk]
    assert ids.rows(pk__in=[str(waiting.contact.pk)]) == [waiting.contact.pk]


def test_nobody_is_among_nobody(alice: Agent, counted: Counted) -> None:
    assert counted(lambda: PREPARED.rows(pk__in=[])) == 0
    assert PREPARED.rows(pk__in=[]) == []


@pytest.mark.postgresql
def test_a_connection_plans_it_once_for_however_many(alice: Agent, bob: Agent) -> None:
    names = Prepared(lambda: Agent.objects.values_list("display_name", flat=True))
    for people in ([alice], [bob, alice], [bob]):
        names.rows(pk__in=[each.pk for each in people])

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement FROM pg_prepared_statements"
            ' WHERE statement LIKE \'SELECT "agents_agent"."display_name"%\''
        )
        assert len(cursor.fetchall()) == 1


@pytest.mark.postgresql
def test_what_is_of_another_kind_each_time_is_not_planned_for_later(
    alice: Agent, bob: Agent
) -> None:
    PREPARED.rows(pk=alice.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        before = cursor.fetchone()

    either = Q(pk=bob.pk)
    for number in range(3):
        either |= Q(pk=alice.pk, email__gt=str(number))
        assert {*PREPARED.rows(either)} == {alice, bob}

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == before


@pytest.mark.postgresql
def test_a_column_may_have_another_type_since(alice: Agent) -> None:
    """As after a migration, while this process goes on."""
    names = Prepared(lambda: Agent.objects.values_list("display_name", flat=True))
    assert names.rows(pk=alice.pk) == ["Alice"]
    of = 'ALTER TABLE agents_agent ALTER COLUMN "display_name" TYPE varchar(%s)'
    size: int = Agent._meta.get_field("display_name").max_length or 0
    run_elsewhere(of % (size + 1))

    try:
        assert names.rows(pk=alice.pk) == ["Alice"]
    finally:
        run_elsewhere(of % size)


def run_elsewhere(sql: str) -> None:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)
        connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()


def test_each_question_has_its_own_answer(alice: Agent, bob: Agent) -> None:
    assert [a.pk for a in PREPARED.rows(pk=alice.pk)] == [alice.pk]
    assert [a.pk for a in PREPARED.rows(pk=bob.pk)] == [bob.pk]


def test_it_may_be_asked_in_several_threads(alice: Agent) -> None:
    found: list[Any] = []

    def ask() -> None:
        found.extend(PREPARED.rows(pk=alice.pk))
        connection.close()

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [alice] * 4


def test_rows_are_locked_in_a_transaction_alone(alice: Agent) -> None:
    locked = Prepared(Agent.objects.select_for_update)
    with transaction.atomic():
        assert locked.first(pk=alice.pk) == alice
        assert locked.first(pk=0) is None

    with pytest.raises(transaction.TransactionManagementError):
        locked.first(pk=alice.pk)
