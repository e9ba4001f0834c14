"""A query that is prepared finds what the same query finds that is made each time."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from agents.models import Agent
from core.prepared import Prepared


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
