"""The settings of the organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.models import (
    Organisation,
)
from tests.administration.pages.site import change, errors, page

if TYPE_CHECKING:
    from django.test import Client


def test_the_settings_open_at_once(adas_browser: Client, acme: Organisation) -> None:
    response = adas_browser.get(page(Organisation, "changelist"), follow=True)

    assert response.redirect_chain == [(page(Organisation, "change", acme.pk), 302)]
    assert "Organisation settings" in response.content.decode()


def test_settings_are_changed(adas_browser: Client, acme: Organisation) -> None:
    change(
        adas_browser,
        acme,
        acceptance_timeout=45,
        timezone="Europe/Berlin",
        attachment_extensions=".pdf\r\n\r\n .png \r\n.pdf",
        attachment_max_total_bytes="1.5",
        sensitive_data_detectors=["iban"],
    )

    acme.refresh_from_db()
    assert acme.acceptance_timeout == 45
    assert acme.timezone == "Europe/Berlin"
    assert acme.attachment_extensions == [".pdf", ".png"]
    assert acme.attachment_max_total_bytes == 1_572_864
    assert acme.sensitive_data_detectors == ["card", "iban"]


def test_a_size_that_was_not_touched_stays_exact(
    adas_browser: Client, acme: Organisation
) -> None:
    Organisation.objects.filter(pk=acme.pk).update(attachment_max_total_bytes=1_234_567)

    change(adas_browser, acme, name="Acme Limited")

    acme.refresh_from_db()
    assert acme.name == "Acme Limited"
    assert acme.attachment_max_total_bytes == 1_234_567


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("acceptance_timeout", "6001", "less than or equal to 6000"),
        ("blink_duration", "61", "less than or equal to 60"),
        ("attachment_max_total_bytes", "35.1", "less than or equal to"),
        ("attachment_extensions", "pdf", "not a file name ending"),
        ("timezone", "Mars/Olympus", "not one of the available choices"),
        ("name", "", "required"),
    ],
)
def test_a_wrong_setting_is_refused_at_its_field(
    adas_browser: Client, acme: Organisation, field: str, value: str, sentence: str
) -> None:
    found = errors(change(adas_browser, acme, **{field: value}))

    assert list(found) == [field]
    assert sentence in found[field][0]
