"""Over the limit of new chats only work opens the next one."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from altcha import v1 as altcha
from rest_framework.test import APIClient

from contacts.models import Contact
from tests import steps
from tests.steps import API, refuses

if TYPE_CHECKING:
    from pytest_django import Settings

    from queues.models import EntryPoint
    from tests.stage import Later


@pytest.fixture(autouse=True)
def one_a_minute(settings: Settings) -> None:
    settings.CONTACTS_PER_MINUTE = 1


def opens(entry_point: EntryPoint, address: str, **body: Any) -> Any:
    body = {"entry_point": entry_point.key, **body}
    return APIClient().post(
        f"{API}/chat/contacts/", body, format="json", REMOTE_ADDR=address
    )


def challenged(entry_point: EntryPoint, address: str) -> Any:
    """Return the challenge of the second chat in a minute."""
    assert opens(entry_point, address).status_code == 201
    refused = opens(entry_point, address)
    refuses(refused, 429, "too_many")
    assert int(refused["Retry-After"]) > 0
    return refused.json()["challenge"]


def encoded(challenge: Any) -> str:
    return base64.b64encode(json.dumps(challenge).encode()).decode()


def solved(challenge: Any) -> str:
    found = altcha.solve_challenge(
        challenge["challenge"],
        challenge["salt"],
        challenge["algorithm"],
        challenge["maxnumber"],
    )
    assert found is not None
    return encoded({**challenge, "number": found.number})


def test_a_solution_opens_one_chat(direct: EntryPoint) -> None:
    address = steps.somewhere()
    solution = solved(challenged(direct, address))

    first = opens(direct, address, challenge=solution)
    second = opens(direct, address, challenge=solution)

    assert first.status_code == 201
    refuses(second, 429, "too_many")
    assert Contact.objects.count() == 2


def test_it_holds_for_its_address_alone(direct: EntryPoint) -> None:
    address, other = steps.somewhere(), steps.somewhere()
    solution = solved(challenged(direct, address))
    challenged(direct, other)

    refuses(opens(direct, other, challenge=solution), 429, "too_many")

    assert Contact.objects.count() == 2


def test_it_does_not_last(direct: EntryPoint, later: Later) -> None:
    address = steps.somewhere()
    solution = solved(challenged(direct, address))

    later(minutes=5)

    refuses(opens(direct, address, challenge=solution), 429, "too_many")


def test_what_does_not_solve_it_opens_nothing(direct: EntryPoint) -> None:
    address = steps.somewhere()
    challenge = challenged(direct, address)
    right = json.loads(base64.b64decode(solved(challenge)))
    longer = right["salt"].replace("expires=", "expires=9")

    for wrong in (
        encoded({**right, "number": right["number"] + 1}),
        encoded({**right, "salt": longer}),
        encoded({**right, "signature": "0" * 64}),
        encoded({**right, "algorithm": "SHA-1"}),
        encoded({**right, "algorithm": ["SHA-256"]}),
        encoded({**right, "salt": 5}),
        encoded(challenge),
        encoded([]),
        encoded(5),
        base64.b64encode(b"[" * 1400).decode(),
        "no base64",
        "",
    ):
        refuses(opens(direct, address, challenge=wrong), 429, "too_many")

    assert Contact.objects.count() == 1


def test_below_the_limit_nobody_works(direct: EntryPoint) -> None:
    response = opens(direct, steps.somewhere(), challenge="whatever")

    assert response.status_code == 201
