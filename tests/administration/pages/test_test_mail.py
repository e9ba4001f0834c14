"""Administrators see whether mail works, and send themselves a test mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from agents.models import AuditEntry, Mail
from tests import trail
from tests.post_office import html_of, text_of

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

    from agents.models import Agent, Organisation
    from tests.post_office import PostOffice

ADDRESS = "admin:agents_organisation_test_mail"


def settings_page(client: Client, acme: Organisation) -> str:
    page = client.get(reverse("admin:agents_organisation_change", args=[acme.pk]))
    return page.content.decode()


def test_the_settings_say_why_mail_is_off_and_how_it_is_set_up(
    client: Client, ada: Agent, acme: Organisation, settings: Settings
) -> None:
    client.force_login(ada)

    assert "Mail is off: no mail server is set up" in settings_page(client, acme)
    settings.EMAIL_URL = "smtp://mail.example"
    assert "mails have no sender (EMAIL_FROM)" in settings_page(client, acme)
    settings.EMAIL_FROM = "chat@parley.example"
    assert "Mails with links are off" in settings_page(client, acme)
    settings.PUBLIC_URL = "https://chat.acme.example"
    page = settings_page(client, acme)
    assert "Mails come from chat@parley.example." in page
    assert "off" not in page.partition("Mails come from")[2].partition("<")[0]


def test_the_test_mail_goes_to_the_one_who_asks(
    client: Client, ada: Agent, acme: Organisation, post_office: PostOffice
) -> None:
    client.force_login(ada)
    assert reverse(ADDRESS) in settings_page(client, acme)

    client.get(reverse(ADDRESS))
    assert not post_office.letters
    answer = client.post(reverse(ADDRESS), {"to": "eve@example.com"})

    (letter,) = post_office.letters
    assert letter["To"] == ada.email
    assert "Acme" in text_of(letter)
    assert "Mail works" in html_of(letter)
    assert "The mail server took the mail" in answer.content.decode()
    entry = trail.said(ada, "created")
    assert entry["actor"]["id"] == ada.pk
    assert entry["object"]["kind"] == "mail"
    assert entry["object"]["name"] == f"Test mail of Acme to {ada.email}"


def test_a_refusal_is_shown_in_its_words(
    client: Client, ada: Agent, post_office: PostOffice
) -> None:
    post_office.at_mail = "550 5.7.1 <b>Not from you</b>"
    client.force_login(ada)

    answer = client.post(reverse(ADDRESS)).content.decode()

    assert "The mail was not sent" in answer
    assert "550 5.7.1 &lt;b&gt;Not from you" in answer


def test_a_silent_server_is_told_and_tried_again(
    client: Client, ada: Agent, no_post_office: int
) -> None:
    client.force_login(ada)

    answer = client.post(reverse(ADDRESS)).content.decode()

    assert "The mail was not sent yet" in answer
    assert Mail.objects.get().state == "queued"


def test_test_mails_have_a_limit(
    client: Client, ada: Agent, post_office: PostOffice
) -> None:
    client.force_login(ada)

    for _ in range(4):
        answer = client.post(reverse(ADDRESS)).content.decode()

    assert len(post_office.letters) == 3
    assert 'role="alert"' in answer


def test_nobody_else_sends_one(
    client: Client, alice: Agent, root: Agent, post_office: PostOffice
) -> None:
    for person in (alice, root):
        client.force_login(person)

        assert client.post(reverse(ADDRESS)).status_code in {302, 403}

    assert not Mail.objects.exists()
    assert not AuditEntry.objects.filter(kind="mail").exists()


def test_without_mail_there_is_no_button(client: Client, ada: Agent) -> None:
    client.force_login(ada)

    page = client.get(reverse(ADDRESS)).content.decode()
    answer = client.post(reverse(ADDRESS)).content.decode()

    assert "Mail is off" in page
    assert "<form" not in page.partition("content-main")[2]
    assert "Mail is not set up here." in answer
