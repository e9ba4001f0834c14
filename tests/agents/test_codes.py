"""Exactly one active default of each kind, and always an active code (contract 3.2).

The same rules hold for idle codes and wrap-up codes.
"""

from __future__ import annotations

from typing import Any

import pytest

from agents.models import Agent, AgentState, IdleCode, Organisation
from agents.services import idle_codes
from agents.services.configuration import InUse, LastActive, NotValid
from core.errors import DomainError
from tests.factories import WrapUpFactory
from wrapup.models import WrapUpCode
from wrapup.services import codes as wrapup_codes

KINDS = [
    pytest.param(IdleCode, idle_codes, id="idle"),
    pytest.param(WrapUpCode, wrapup_codes, id="wrap-up"),
]
pytestmark = pytest.mark.parametrize(("model", "service"), KINDS)


def first(model: Any, acme: Organisation) -> Any:
    return model.objects.get(organisation=acme, is_default=True)


def second(model: Any, acme: Organisation) -> Any:
    return model.objects.get(organisation=acme, is_default=False)


def state_of(model: Any) -> list[tuple[Any, ...]]:
    return list(model.objects.values_list("pk", "name", "is_default", "is_active"))


def test_another_default_takes_the_mark(
    model: Any, service: Any, acme: Organisation
) -> None:
    code, other = first(model, acme), second(model, acme)

    other.is_default = True
    service.save(other, changed={"is_default"})

    code.refresh_from_db()
    assert not code.is_default
    assert first(model, acme) == other


def test_the_mark_cannot_be_dropped(
    model: Any, service: Any, acme: Organisation
) -> None:
    code = first(model, acme)
    code.is_default = False

    with pytest.raises(NotValid) as refusal:
        service.save(code)

    assert refusal.value.errors == {
        "is_default": ["Make another one the default instead."]
    }
    assert first(model, acme) == code


def test_deactivating_the_default_moves_the_mark_to_the_first_by_name(
    model: Any, service: Any, acme: Organisation
) -> None:
    model.objects.create(organisation=acme, name="Aardvark", is_active=False)
    model.objects.create(organisation=acme, name="Abacus")
    code = first(model, acme)

    code.is_active = False
    service.save(code, changed={"is_active"})

    assert not code.is_default
    assert first(model, acme).name == "Abacus"


def test_deleting_the_default_moves_the_mark_to_the_first_by_name(
    model: Any, service: Any, acme: Organisation
) -> None:
    code, other = first(model, acme), second(model, acme)

    service.delete(code)

    assert first(model, acme) == other


def test_the_last_active_one_cannot_be_deactivated(
    model: Any, service: Any, acme: Organisation
) -> None:
    service.delete(second(model, acme))
    code = first(model, acme)
    code.is_active = False

    with pytest.raises(LastActive) as refusal:
        service.save(code)

    assert refusal.value.code == "last_active"
    assert first(model, acme).is_active


def test_the_last_active_one_cannot_be_deleted(
    model: Any, service: Any, acme: Organisation
) -> None:
    other = second(model, acme)
    other.is_active = False
    service.save(other)

    with pytest.raises(LastActive):
        service.delete(first(model, acme))

    assert first(model, acme).is_active


def test_last_active_is_said_before_in_use(
    model: Any, service: Any, acme: Organisation, alice: Agent
) -> None:
    service.delete(second(model, acme))
    code = first(model, acme)
    use(code, alice)

    with pytest.raises(LastActive):
        service.delete(code)


def test_what_is_in_use_cannot_be_deleted(
    model: Any, service: Any, acme: Organisation, alice: Agent
) -> None:
    code = second(model, acme)
    use(code, alice)

    with pytest.raises(InUse) as refusal:
        service.delete(code)

    assert refusal.value.code == "in_use"
    assert "Deactivate it instead" in refusal.value.detail
    assert model.objects.filter(pk=code.pk).exists()


def test_what_is_in_use_can_be_deactivated(
    model: Any, service: Any, acme: Organisation, alice: Agent
) -> None:
    code = second(model, acme)
    use(code, alice)

    code.is_active = False
    service.save(code)

    code.refresh_from_db()
    assert not code.is_active


def test_an_inactive_one_cannot_become_the_default(
    model: Any, service: Any, acme: Organisation
) -> None:
    other = second(model, acme)
    other.is_default, other.is_active = True, False
    before = state_of(model)

    with pytest.raises(NotValid) as refusal:
        service.save(other)

    assert refusal.value.errors == {"is_default": ["The default must be active."]}
    assert state_of(model) == before


def test_a_new_default_takes_the_mark(
    model: Any, service: Any, acme: Organisation
) -> None:
    code = model(organisation=acme, name="Training", is_default=True)

    service.save(code)

    assert first(model, acme) == code


def test_the_first_code_of_an_organisation_is_the_default(
    model: Any, service: Any, acme: Organisation
) -> None:
    model.objects.all().delete()
    code = model(organisation=acme, name="Only")

    service.save(code)

    assert code.is_default


def test_a_name_is_unique_in_the_organisation_only(
    model: Any, service: Any, acme: Organisation, globex: Organisation
) -> None:
    taken = second(model, acme).name
    service.delete(second(model, globex))

    service.save(model(organisation=globex, name=taken))
    with pytest.raises(NotValid) as refusal:
        service.save(model(organisation=acme, name=taken))

    assert refusal.value.errors is not None
    assert "exists already" in refusal.value.errors["name"][0]


def test_another_organisations_codes_are_left_alone(
    model: Any, service: Any, acme: Organisation, globex: Organisation
) -> None:
    theirs = list(model.objects.filter(organisation=globex).values())

    other = second(model, acme)
    other.is_default = True
    service.save(other)

    assert list(model.objects.filter(organisation=globex).values()) == theirs


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_a_name_has_1_to_100_characters(
    model: Any, service: Any, acme: Organisation, name: str
) -> None:
    before = state_of(model)

    with pytest.raises(DomainError) as refusal:
        service.save(model(organisation=acme, name=name))

    assert refusal.value.errors is not None
    assert list(refusal.value.errors) == ["name"]
    assert state_of(model) == before


def use(code: Any, alice: Agent) -> None:
    """Let an agent rest with this code, or let it end a conversation."""
    if isinstance(code, WrapUpCode):
        WrapUpFactory.create(code=code, assignment__agent=alice)
    else:
        Agent.objects.filter(pk=alice.pk).update(state=AgentState.IDLE, idle_code=code)
