"""Dora is away, Alice has answered: one mail leads back to the chat, once."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from agents.models import Mail
from contacts import jobs
from contacts.models import ResumeLink
from tests import steps
from tests.post_office import html_of, text_of
from tests.steps import API, Chat, customer_of, for_customers, refuses, with_token
from tests.threads import at_once

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from tests.post_office import PostOffice

DORA = {"name": "Dora", "email": "dora@example.com"}
MINUTES = 5
LINK = re.compile(r"https://chat\.acme\.example/chat/direct/#resume=([\w-]+)")


@pytest.fixture
def away(
    acme: Organisation,
    alice: Agent,
    direct: EntryPoint,
    post_office: PostOffice,
    clockwork: Clockwork,
) -> Chat:
    """Dora's chat, in which Alice has said something since she is away."""
    acme.mail_unread_after_minutes = MINUTES
    acme.save(update_fields=["mail_unread_after_minutes"])
    chat = steps.connected(alice, direct, customer=DORA)
    steps.say(alice, "Here it is", to=chat)
    return chat


def passes(clockwork: Clockwork, post_office: PostOffice, minutes: float = 6) -> None:
    jobs.mail_links(clockwork.moves(seconds=minutes * 60))
    post_office.sends()


def code_in(post_office: PostOffice) -> str:
    letter = post_office.letters[-1]
    (code,) = LINK.findall(text_of(letter))
    assert LINK.findall(html_of(letter)) == [code]
    return str(code)


def resume(code: str) -> Any:
    return APIClient().post(
        f"{API}/chat/resume/",
        {"code": code},
        format="json",
        REMOTE_ADDR=steps.somewhere(),
    )


def test_one_mail_leads_back_to_the_chat_once(
    away: Chat, post_office: PostOffice, clockwork: Clockwork
) -> None:
    passes(clockwork, post_office)
    passes(clockwork, post_office, minutes=1)

    (letter,) = post_office.letters
    assert letter["To"] == DORA["email"]
    assert "Alice has answered" in text_of(letter)
    assert "Here it is" not in text_of(letter)
    code = code_in(post_office)
    answer = resume(code)
    assert answer.status_code == 201
    body = answer.json()
    assert body.keys() == {"contact", "token", "visitor"}
    assert body["contact"]["id"] == str(away.id)
    back = Chat(away.id, body["token"])
    assert steps.texts_of(back)[-1] == "Here it is"
    assert customer_of(away).get(for_customers(away)).status_code == 401
    refuses(resume(code), 404, "not_found")
    assert customer_of(back).get(for_customers(back)).status_code == 200


def test_who_is_back_and_away_again_gets_another(
    away: Chat, alice: Agent, post_office: PostOffice, clockwork: Clockwork
) -> None:
    passes(clockwork, post_office)
    back = Chat(away.id, resume(code_in(post_office)).json()["token"])
    away.contact.__class__.objects.update(customer_read_seq=away.contact.last_seq)
    steps.say(back, "Thank you")

    steps.say(alice, "One thing more", to=back)
    passes(clockwork, post_office)

    assert len(post_office.letters) == 2


@pytest.mark.parametrize(
    "why", ["here", "read", "early", "off", "links", "address", "ended"]
)
def test_nobody_is_mailed_without_need(
    away: Chat,
    acme: Organisation,
    alice: Agent,
    post_office: PostOffice,
    clockwork: Clockwork,
    settings: Settings,
    why: str,
) -> None:
    contact = away.contact
    match why:
        case "read":
            contact.customer_read_seq = contact.last_seq
        case "off":
            acme.mail_unread_after_minutes = None
            acme.save(update_fields=["mail_unread_after_minutes"])
        case "links":
            settings.PUBLIC_URL = ""
        case "address":
            contact.prechat = {"name": "Dora"}
        case "ended":
            steps.end(alice, away)
    if why in {"read", "address"}:
        contact.save(update_fields=["customer_read_seq", "prechat"])
    clockwork.moves(seconds=MINUTES * 60 - 60)
    if why == "here":
        assert customer_of(away).get(for_customers(away)).status_code == 200

    passes(clockwork, post_office, minutes=0 if why == "early" else 2)

    assert not Mail.objects.exists()
    assert not ResumeLink.objects.exists()


def test_a_link_is_over_after_a_day(
    away: Chat, post_office: PostOffice, clockwork: Clockwork
) -> None:
    passes(clockwork, post_office)
    token = away.contact.token_digest

    clockwork.moves(seconds=86_400)

    refuses(resume(code_in(post_office)), 404, "not_found")
    assert away.contact.token_digest == token
    assert jobs.clear_links(clockwork.now) == 1


@pytest.mark.parametrize("code", ["unknown", "x" * 200, "\u2603"])
def test_an_unknown_code_leads_nowhere(away: Chat, code: str) -> None:
    refuses(resume(code), 404, "not_found")


def test_no_code_is_no_value(away: Chat) -> None:
    refuses(resume(""), 400, "invalid", errors=["code"])


@pytest.mark.postgresql
def test_of_two_at_once_exactly_one_wins(
    away: Chat, post_office: PostOffice, clockwork: Clockwork
) -> None:
    passes(clockwork, post_office)
    code = code_in(post_office)

    answers = at_once(*[lambda: resume(code)] * 4)

    assert sorted(answer.status_code for answer in answers) == [201, 404, 404, 404]
    (won,) = [answer.json() for answer in answers if answer.status_code == 201]
    chat = with_token(won["token"]).get(for_customers(away))
    assert chat.status_code == 200


def test_the_code_is_stored_and_logged_nowhere(
    away: Chat,
    post_office: PostOffice,
    clockwork: Clockwork,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    jobs.mail_links(clockwork.moves(seconds=360))
    before = everything()
    post_office.sends()

    code = code_in(post_office)

    assert code not in before
    assert code not in everything()
    assert resume(code).status_code == 201
    assert code not in everything()
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("mail")]
    assert code not in "\n".join(ours)


def everything() -> str:
    rows = [list(model._default_manager.values()) for model in apps.get_models()]
    return json.dumps(rows, default=str)
