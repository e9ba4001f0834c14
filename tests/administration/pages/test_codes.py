"""Codes, and what cannot be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.models import (
    IdleCode,
)
from queues.models import EntryPoint, Queue
from tests.administration.pages.site import change, delete, errors, page
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from django.test import Client


def test_another_default_code(
    adas_browser: Client, resolved: WrapUpCode, escalated: WrapUpCode
) -> None:
    change(adas_browser, escalated, is_default="on")

    resolved.refresh_from_db()
    escalated.refresh_from_db()
    assert (resolved.is_default, escalated.is_default) == (False, True)


def test_the_last_active_code_stays(adas_browser: Client, resolved: WrapUpCode) -> None:
    WrapUpCode.objects.exclude(pk=resolved.pk).delete()

    response = change(adas_browser, resolved, is_active=None)

    assert "last active" in errors(response)["__all__"][0]
    assert "last active" in delete(adas_browser, resolved).content.decode()
    resolved.refresh_from_db()
    assert resolved.is_active


def test_several_are_deleted_or_none(
    adas_browser: Client, break_code: IdleCode, meeting: IdleCode
) -> None:
    sent = {
        "action": "delete_selected",
        "_selected_action": [break_code.pk, meeting.pk],
    }
    address = page(IdleCode, "changelist")

    asked = adas_browser.post(address, sent)
    done = adas_browser.post(address, {**sent, "post": "yes"})

    assert "Nothing was deleted" in asked.content.decode()
    assert "last active" in done.content.decode()
    assert IdleCode.objects.count() == 2


def test_selected_rows_are_deleted(adas_browser: Client, meeting: IdleCode) -> None:
    sent = {
        "action": "delete_selected",
        "_selected_action": [meeting.pk],
        "post": "yes",
    }

    adas_browser.post(page(IdleCode, "changelist"), sent)

    assert not IdleCode.objects.filter(pk=meeting.pk).exists()


def test_what_is_in_use_says_by_what(
    adas_browser: Client, support: Queue, direct: EntryPoint
) -> None:
    content = adas_browser.get(page(Queue, "delete", support.pk)).content.decode()

    assert "entry point Direct" in content
    assert "Deactivate it instead" in content
