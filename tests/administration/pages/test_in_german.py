"""What the administration shows that is neither a label nor a sentence of its pages,
for who reads German."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.models import AuditEntry, MailTemplate, Organisation
from agents.services import guesses
from contacts.models import Contact
from queues.models import Hours, Queue
from tests.administration.pages.site import page
from tests.factories import (
    AuditEntryFactory,
    ContactFactory,
    HoursFactory,
    MailTemplateFactory,
)

if TYPE_CHECKING:
    from django.test import Client

    from agents.models import Agent


@pytest.fixture
def german(ada: Agent, adas_browser: Client) -> Client:
    ada.language = "de"
    ada.save(update_fields=["language"])
    return adas_browser


def read(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_countries_have_german_names(german: Client, acme: Organisation) -> None:
    acme.country = "AT"
    acme.save(update_fields=["country"])
    hours = HoursFactory.create(organisation=acme, country="DE")

    form = read(german, page(Organisation, "change", acme.pk))
    place = read(german, page(Hours, "change", hours.pk))

    assert '<option value="AT" selected>Österreich</option>' in form
    assert '<option value="DE" selected>Deutschland</option>' in place
    assert '<optgroup label="Deutschland">' in place
    assert "Deutschland" in read(german, page(Hours, "changelist"))


def test_yes_and_no_have_german_names(german: Client, support: Queue) -> None:
    rows = read(german, page(Queue, "changelist"))

    assert 'alt="Ja"' in rows
    assert 'alt="True"' not in rows


def test_the_trail_says_in_german_what_it_has_in_english(
    german: Client, acme: Organisation
) -> None:
    stored = guesses.OF_BOTH.of(number=10)
    AuditEntryFactory.create(
        organisation=acme, action="locked_out", kind="account", reason=stored
    )

    rows = read(german, page(AuditEntry, "changelist"))

    assert "10 fehlgeschlagene Anmeldungen von dieser Adresse" in rows
    assert stored not in rows
    assert ">Konto</a>" in rows
    assert "account</a>" not in rows


def test_a_contact_is_called_in_german(
    german: Client, acme: Organisation, support: Queue
) -> None:
    contact = ContactFactory.create(organisation=acme, queue=support)

    record = read(german, page(Contact, "change", contact.pk))

    assert f"{contact.customer} am " in record


def test_the_trail_keeps_names_in_english(german: Client, acme: Organisation) -> None:
    template = MailTemplateFactory.create(organisation=acme, kind="reply")
    assert str(template) == "Agent's reply"

    german.post(page(MailTemplate, "delete", template.pk), {"post": "yes"})

    entry = AuditEntry.objects.get(action="deleted")
    assert entry.object_name == "Agent's reply"
