"""A default wrap-up code belongs to every queue (contract 3.2)."""

from __future__ import annotations

import pytest

from agents.services.configuration import NotValid
from queues.models import Queue
from tests.factories import QueueFactory
from wrapup.models import WrapUpCode
from wrapup.services import codes


def test_queues_and_the_mark_exclude_each_other(
    escalated: WrapUpCode, support: Queue
) -> None:
    escalated.is_default = True

    with pytest.raises(NotValid) as refusal:
        codes.save(escalated, queues=[support])

    assert refusal.value.errors is not None
    assert list(refusal.value.errors) == ["queues"]
    assert not WrapUpCode.objects.get(pk=escalated.pk).is_default


def test_who_becomes_the_default_leaves_its_queues(
    escalated: WrapUpCode, support: Queue
) -> None:
    escalated.queues.add(support)
    escalated.is_default = True

    codes.save(escalated, changed={"is_default"})

    assert not escalated.queues.exists()


def test_the_heir_of_the_mark_leaves_its_queues(
    resolved: WrapUpCode, escalated: WrapUpCode, support: Queue
) -> None:
    escalated.queues.add(support)

    codes.delete(resolved)

    escalated.refresh_from_db()
    assert escalated.is_default
    assert not escalated.queues.exists()


def test_queues_that_are_not_given_stay(escalated: WrapUpCode, support: Queue) -> None:
    escalated.queues.add(support)
    escalated.description = "Handed on."

    codes.save(escalated, changed={"description"})

    assert list(escalated.queues.all()) == [support]


def test_a_queue_of_another_organisation_is_refused(
    escalated: WrapUpCode, help_queue: Queue
) -> None:
    with pytest.raises(NotValid) as refusal:
        codes.save(escalated, queues=[help_queue])

    assert refusal.value.errors is not None
    assert list(refusal.value.errors) == ["queues"]
    assert not escalated.queues.exists()


def test_queues_are_replaced(escalated: WrapUpCode, support: Queue) -> None:
    sales = QueueFactory.create(organisation=support.organisation, name="Sales")
    escalated.queues.add(support)

    codes.save(escalated, queues=[sales])

    assert list(escalated.queues.all()) == [sales]


def test_only_what_changed_is_written(resolved: WrapUpCode) -> None:
    WrapUpCode.objects.filter(pk=resolved.pk).update(description="By somebody else")
    resolved.name = "Done"

    codes.save(resolved, changed={"name"})

    assert (resolved.name, resolved.description) == ("Done", "By somebody else")
