"""Administrators try what would be masked in a text; nothing of it is kept."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.urls import reverse

if TYPE_CHECKING:
    from django.test import Client

    from agents.models import Agent, Organisation

CARD = "4111 1111 1111 1111"
ADDRESS = "admin:agents_organisation_try"


def everything() -> str:
    rows = [list(model._default_manager.values()) for model in apps.get_models()]
    return json.dumps(rows, default=str)


def test_an_administrator_sees_what_is_masked_and_why(
    client: Client, ada: Agent, acme: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.force_login(ada)
    page = client.get(reverse("admin:agents_organisation_change", args=[acme.pk]))
    assert reverse(ADDRESS) in page.content.decode()
    before = everything()

    answer = client.post(reverse(ADDRESS), {"text": f"Pay with {CARD} <b>"})

    shown = answer.content.decode()
    assert "Pay with ************1111 &lt;b&gt;" in shown
    assert "Card numbers" in shown
    assert "visa" in shown
    assert "check digit" in shown
    assert everything() == before
    assert CARD not in caplog.text
    assert answer["Cache-Control"].startswith("max-age=0")


def test_only_what_the_organisation_looks_for_is_masked(
    client: Client, ada: Agent, acme: Organisation
) -> None:
    client.force_login(ada)
    text = {"text": "dora@example.com"}
    without = client.post(reverse(ADDRESS), text).content.decode()
    acme.sensitive_data_detectors = ["email"]
    acme.sensitive_data_policy = "drop"
    acme.save()

    answer = client.post(reverse(ADDRESS), text).content.decode()

    assert "Nothing would be masked" in without
    assert "The message would be refused" in answer


@pytest.mark.parametrize("text", ["", "x" * 8001])
def test_no_text_or_too_much_is_refused(client: Client, ada: Agent, text: str) -> None:
    client.force_login(ada)

    answer = client.post(reverse(ADDRESS), {"text": text})

    assert answer.context["form"].errors
    assert "is_tried" not in answer.context


def test_nobody_else_may_try(client: Client, alice: Agent, root: Agent) -> None:
    for person in (alice, root):
        client.force_login(person)

        answer = client.post(reverse(ADDRESS), {"text": CARD})

        assert answer.status_code in {302, 403}
        assert "************1111" not in answer.content.decode()
