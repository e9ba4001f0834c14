"""Contacts and customers, to read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.urls import reverse

from agents.models import Agent, Organisation
from contacts.models import Contact, Customer
from queues.models import EntryPoint, Queue
from tests import factories
from tests.administration.pages.site import page

if TYPE_CHECKING:
    from django.test import Client


def test_a_contact_is_read_in_order(adas_browser: Client, support: Queue) -> None:
    contact = factories.ContactFactory.create(
        organisation=support.organisation, queue=support, last_seq=2
    )
    factories.MessageFactory.create(contact=contact, seq=2, text="<b>second</b>")
    factories.MessageFactory.create(contact=contact, seq=1, text="the first")
    share = factories.AssignmentFactory.create(contact=contact, completed=True)
    factories.WrapUpFactory.create(assignment=share, code_name="Sold out")
    factories.ContactEventFactory.create(contact=contact, code="requeued")

    content = adas_browser.get(page(Contact, "change", contact.pk)).content.decode()

    assert content.index("the first") < content.index("&lt;b&gt;second&lt;/b&gt;")
    assert "Sold out" in content
    assert "Put back in a queue" in content
    assert str(share.agent) in content


def test_a_customer_leads_to_contacts(adas_browser: Client, dora: Customer) -> None:
    contact = factories.ContactFactory.create(
        organisation=dora.organisation, customer=dora
    )

    content = adas_browser.get(page(Customer, "change", dora.pk)).content.decode()

    assert page(Contact, "change", contact.pk) in content


def test_contacts_are_narrowed_by_their_rating(
    adas_browser: Client, acme: Organisation
) -> None:
    for rating in (2, 5, None):
        factories.ContactFactory.create(organisation=acme, rating=rating)

    def found(rating: str) -> int:
        answer = adas_browser.get(page(Contact, "changelist"), {"rating": rating})
        assert answer.status_code == 200
        return int(answer.context["cl"].result_count)

    assert [found("any"), found("5"), found("4")] == [2, 1, 0]


def test_times_are_the_organisations(
    adas_browser: Client, acme: Organisation, support: Queue
) -> None:
    Organisation.objects.filter(pk=acme.pk).update(timezone="Asia/Tokyo")
    contact = factories.ContactFactory.create(organisation=acme, queue=support)
    Contact.objects.filter(pk=contact.pk).update(opened_at="2026-01-01T20:00:00Z")

    content = adas_browser.get(page(Contact, "changelist")).content.decode()

    read = adas_browser.get(page(Contact, "change", contact.pk)).content.decode()
    assert "2026-01-02 05:00:00" in content
    assert read.count("2026-01-02 05:00:00") > 1
    assert "Jan." not in read
    assert "2026-01-01" not in read
    assert "Times: Asia/Tokyo" in content


def test_pages_need_no_inline_script_or_style(
    adas_browser: Client, direct: EntryPoint, dora: Customer
) -> None:
    for address in (
        reverse("admin:index"),
        page(EntryPoint, "change", direct.pk),
        page(EntryPoint, "changelist"),
        page(Customer, "change", dora.pk),
        page(Queue, "delete", direct.queue_id),
        reverse("password"),
    ):
        content = adas_browser.get(address).content.decode()
        assert " style=" not in content
        assert "<style" not in content
        assert " onclick=" not in content
        from_files = re.findall(r"<script\b[^>]* src=", content)
        assert content.count("<script") == len(from_files)


def test_a_waiting_contact_says_why_nobody_has_it(
    adas_browser: Client, alice: Agent, support: Queue
) -> None:
    contact = factories.ContactFactory.create(
        organisation=support.organisation, queue=support
    )

    content = adas_browser.get(page(Contact, "change", contact.pk)).content.decode()

    assert "Nobody can take it now" in content
    assert "Alice is Offline." in content
