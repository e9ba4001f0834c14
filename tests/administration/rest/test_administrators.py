"""An organisation keeps an administrator, over REST too (contract 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import Agent, Role
from tests.cast import person
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Organisation

LOSSES: list[dict[str, Any]] = [{"role": "agent"}, {"is_active": False}]


@pytest.mark.parametrize("loss", LOSSES, ids=str)
@pytest.mark.parametrize("colleagues", [0, 1], ids=["the last", "one of two"])
def test_nobody_gives_up_the_own_rights(
    acme: Organisation, ada: Agent, colleagues: int, loss: dict[str, Any]
) -> None:
    for number in range(colleagues):
        person(f"Anna{number}", acme, role=Role.ADMINISTRATOR)
    client, own = client_for(ada), f"{API}/agents/{ada.pk}/"
    whole = {"email": ada.email, "display_name": "Ada", **loss}
    before = list(Agent.objects.order_by("pk").values())

    for answer in (client.patch(own, loss), client.put(own, whole)):
        refuses(answer, 409, "last_active", errors=loss)
    refuses(client.delete(own), 409, "last_active")

    assert list(Agent.objects.order_by("pk").values()) == before
    assert client.get(own).status_code == 200


def test_everything_else_of_oneself_may_change(ada: Agent) -> None:
    own = f"{API}/agents/{ada.pk}/"
    body = {"email": ada.email, "display_name": "Ada L.", "role": "administrator"}

    answer = client_for(ada).put(own, body)

    assert (answer.status_code, answer.json()["display_name"]) == (200, "Ada L.")


@pytest.mark.parametrize("loss", LOSSES, ids=str)
def test_another_administrator_may_go(
    acme: Organisation, ada: Agent, loss: dict[str, Any]
) -> None:
    anna = person("Anna", acme, role=Role.ADMINISTRATOR)

    answer = client_for(ada).patch(f"{API}/agents/{anna.pk}/", loss)

    assert answer.status_code == 200
