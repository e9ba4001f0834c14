"""Somebody else's change between the form and the save: refused, nothing half done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from administration.admin.base import SettingAdmin
from administration.admin.forms import IdleCodeForm
from agents.models import IdleCode, Organisation
from agents.services import configuration
from agents.services.configuration import NotValid
from queues.models import EntryPoint, Queue
from tests.administration.pages.site import change, delete, page
from tests.factories import EntryPointFactory

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def last(break_code: IdleCode, meeting: IdleCode) -> IdleCode:
    """The last active idle code."""
    meeting.delete()
    return break_code


def told(response: Any) -> str:
    """Return the message shown on the page that the answer leads to."""
    assert response.status_code == 302
    return " ".join(map(str, response.wsgi_request._messages))


def test_a_save_that_became_impossible(
    adas_browser: Client, last: IdleCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IdleCodeForm, "check", lambda form, exclude: None)

    response = change(adas_browser, last, is_active=None, name="Renamed")

    assert "last active" in told(response)
    last.refresh_from_db()
    assert (last.name, last.is_active) == ("Break", True)


def test_a_deletion_that_became_impossible(
    adas_browser: Client, last: IdleCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SettingAdmin, "_try", lambda admin, request, rows: [])

    response = delete(adas_browser, last)

    assert "last active" in told(response)
    assert IdleCode.objects.filter(pk=last.pk).exists()


def test_an_action_that_became_impossible(
    adas_browser: Client,
    break_code: IdleCode,
    meeting: IdleCode,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SettingAdmin, "_try", lambda admin, request, rows: [])
    sent = {
        "action": "delete_selected",
        "_selected_action": [break_code.pk, meeting.pk],
        "post": "yes",
    }

    response = adas_browser.post(page(IdleCode, "changelist"), sent)

    assert "last active" in told(response)
    assert IdleCode.objects.count() == 2


def test_a_key_that_somebody_took_meanwhile(
    support: Queue, globex: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = configuration.check

    def check_then_lose(row: Any, **options: Any) -> None:
        real(row, **options)
        EntryPointFactory.create(organisation=globex, key=row.key)
        monkeypatch.undo()

    monkeypatch.setattr(configuration, "check", check_then_lose)
    row = EntryPoint(
        organisation=support.organisation, key="wanted", name="W", queue=support
    )

    with pytest.raises(NotValid) as refusal:
        configuration.save(row)

    assert refusal.value.errors == {
        "key": ["An entry point with this key exists already."]
    }
