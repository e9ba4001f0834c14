"""An organisation's own words for mails: checked, looked at, sent, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from agents.models import Agent, MailKind, MailTemplate, Organisation, wording
from agents.services import letters, password_links
from core import clock
from tests import factories, trail
from tests.administration.pages.site import add, change, delete, errors, page
from tests.post_office import html_of, text_of

if TYPE_CHECKING:
    from django.test import Client

    from tests.post_office import PostOffice

PREVIEW = "admin:agents_mailtemplate_preview"
OWN = {
    "kind": "invitation",
    "subject": "Come to {organisation.name}, {person.name}",
    "text": "Dear {person.name},\n\n<b>welcome</b>: {link}\n\n{link}\n\nAcme & friends",
}


def look(browser: Client, **words: str) -> Any:
    return browser.post(reverse(PREVIEW), words)


def test_own_words_are_written_on_parleys_and_sent(
    adas_browser: Client, ada: Agent, bob: Agent, post_office: PostOffice
) -> None:
    address = page(MailTemplate, "add")
    begun = adas_browser.get(address, {"kind": "invitation"}).context["adminform"].form
    assert begun["kind"].value() == "invitation"
    assert begun["subject"].value() == "Invitation to {organisation.name}"
    assert "{link}" in begun["text"].value()

    add(adas_browser, MailTemplate, **OWN)
    password_links.invite(bob, now=clock.now())
    post_office.sends()

    (letter,) = post_office.letters
    assert letter["Subject"] == f"Come to Acme, {bob.display_name}"
    link = "https://chat.acme.example/password/new/#code="
    assert text_of(letter).count(link) == 2
    assert html_of(letter).count(f'href="{link}') == 2
    assert "<b>welcome</b>" in text_of(letter)
    assert "&lt;b&gt;welcome&lt;/b&gt;" in html_of(letter)
    assert "Acme &amp; friends" in html_of(letter)
    entry = trail.said(ada, "created")
    assert entry["object"]["kind"] == "mail_template"
    assert entry["object"]["name"] == "Invitation"
    assert entry["changes"]["subject"] == [None, OWN["subject"]]


def test_values_are_neither_markup_nor_placeholders_nor_headers(
    acme: Organisation,
) -> None:
    factories.MailTemplateFactory.create(
        organisation=acme,
        kind="reply",
        subject="{agent.name} for {customer.name}",
        text="Hello {customer.name},\n\n{answer}\n\nYou wrote:\n{question}\n\n{link}",
    )
    values = {
        wording.CUSTOMER: "<i>{link}</i>\r\nBcc: eve@example.com",
        wording.AGENT: "A\nB",
        wording.ANSWER: "1 < 2\n\n{question}\nhttps://evil.example/",
        wording.QUESTION: "",
        wording.LINK: "",
    }

    said = letters.write(MailKind.REPLY, organisation=acme, values=values)

    assert said.subject == "A B for <i>{link}</i> Bcc: eve@example.com"
    assert said.text == (
        "Hello <i>{link}</i> Bcc: eve@example.com,\n\n"
        "1 < 2\n\n{question}\nhttps://evil.example/\n"
    )
    assert "&lt;i&gt;{link}&lt;/i&gt; Bcc" in said.html
    assert "<a" not in said.html


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "Hello {customer.name}, {link}"),
        ("text", "Hello {person.name.__class__}: {link}"),
        ("text", "There is no link."),
        ("text", "x" * 5001 + "{link}"),
        ("text", " "),
        ("subject", "See {link}"),
        ("subject", "Hello\nBcc: eve@example.com"),
        ("subject", "Hello\u2028there"),
        ("subject", "x" * 151),
        ("subject", ""),
        ("kind", "test"),
        ("kind", "no such mail"),
    ],
)
def test_what_cannot_be_sent_is_refused(
    adas_browser: Client, field: str, value: str
) -> None:
    answer = add(adas_browser, MailTemplate, **{**OWN, field: value})

    assert field in errors(answer)
    assert not MailTemplate.objects.exists()


def test_a_mail_has_own_words_once(adas_browser: Client, acme: Organisation) -> None:
    factories.MailTemplateFactory.create(organisation=acme, kind="invitation")

    answer = add(adas_browser, MailTemplate, **OWN)

    assert errors(answer) == {"kind": ["This mail has words of your own already."]}
    assert MailTemplate.objects.count() == 1


def test_they_are_changed_and_taken_back(
    adas_browser: Client, acme: Organisation, globex: Organisation
) -> None:
    row = factories.MailTemplateFactory.create(organisation=acme)
    listed = adas_browser.get(page(MailTemplate, "changelist")).content.decode()
    assert "?kind=reply" in listed
    assert "?kind=transcript" not in listed

    change(adas_browser, row, subject="Our chat")

    assert letters.words_of(MailKind.TRANSCRIPT, acme).subject == "Our chat"
    shipped = letters.shipped(MailKind.TRANSCRIPT)
    assert letters.words_of(MailKind.TRANSCRIPT, globex) == shipped
    delete(adas_browser, row)
    assert letters.words_of(MailKind.TRANSCRIPT, acme) == shipped


def test_what_ships_may_be_saved_as_it_is(adas_browser: Client) -> None:
    for kind in wording.CHOSEN:
        words = letters.shipped(kind)._asdict()
        add(adas_browser, MailTemplate, kind=kind.value, **words)

    assert MailTemplate.objects.count() == len(wording.CHOSEN)


def test_the_preview_fills_in_and_stores_nothing(
    adas_browser: Client, acme: Organisation
) -> None:
    acme.reply_to_email = "help@acme.example"
    acme.save()
    text = "Dear {customer.name} <b>,\n\n{answer}\n\n{how_to_answer}"

    seen = look(adas_browser, kind="reply", subject="{agent.name}!", text=text).json()

    assert seen["subject"] == "Alice!"
    assert seen["text"].startswith("Dear Dora Blum <b>,\n\nYour order")
    assert "it goes to help@acme.example." in seen["text"]
    assert "Dear Dora Blum &lt;b&gt;," in seen["html"]
    assert not MailTemplate.objects.exists()


def test_the_preview_says_what_is_wrong(adas_browser: Client) -> None:
    answer = look(adas_browser, kind="resume", subject="{x}", text="{y}")

    assert answer.status_code == 400
    assert [said[:5] for said in answer.json()["wrong"]] == ["“{x}”", "“{y}”", "This "]


def test_nobody_else_looks(client: Client, alice: Agent) -> None:
    client.force_login(alice)

    answer = look(client, kind="reply", subject="Hi", text="{answer}")

    assert answer.status_code in {302, 403}


def test_the_page_allows_the_style_of_mails_and_no_other(adas_browser: Client) -> None:
    policy = adas_browser.get(page(MailTemplate, "add"))["Content-Security-Policy"]

    assert "style-src 'self' 'sha256-" in policy
    assert "unsafe" not in policy
