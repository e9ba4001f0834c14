"""No secret, and nothing that people say or are called, gets into the logs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests import sockets, steps
from tests.factories import PASSWORD
from tests.steps import API

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint

TEXT = "My garden gnome has been stolen"
NAME, EMAIL, PHONE = "Dorothea Quill", "dorothea@quill.example", "+49 30 5550199"
GUESS = "wrong-horse-battery"


def test_the_logs_of_a_day_name_nobody(
    alice: Agent,
    ada: Agent,
    direct: EntryPoint,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    person = {"name": NAME, "email": EMAIL, "phone": PHONE}

    Client().post("/", {"email": alice.email, "password": GUESS})
    browser = Client()
    browser.post("/", {"email": alice.email, "password": PASSWORD})
    body = {"email": alice.email, "password": GUESS}
    APIClient().post(f"{API}/auth/token/", body)
    body["password"] = PASSWORD
    token = APIClient().post(f"{API}/auth/token/", body).json()["token"]
    made = {"name": "Wallboard", "agent": alice.pk, "scopes": ["read"]}
    program = steps.client_for(ada).post(f"{API}/tokens/", made).json()["token"]
    chat = steps.connected(alice, direct, customer=person)
    steps.say(chat, TEXT)
    steps.say(alice, TEXT[::-1], to=chat)
    with sockets.desk_with_token(token) as desk:
        desk.send("send", contact=chat.id, client_id="s", text=f"{TEXT} again")
        desk.read_until("ack")
        desk.send("send", contact=chat.id, client_id="t", text=TEXT * 1000)
        desk.read_until("error")
        desk.send(TEXT)
        desk.read_until("error")
    with sockets.chat_of(chat) as page:
        page.send("sync", contact=chat.id, after=TEXT)
        page.read_until("error")
    api = steps.with_token(token)
    api.get(f"{API}/contacts/", {"q": NAME})
    api.get(f"{API}/nothing/", {"q": NAME, "email": EMAIL, "token": token})
    api.post(steps.for_agents(chat, "messages"), {"client_id": "", "text": TEXT})
    steps.with_token(token[:-1]).get(f"{API}/me/")
    APIClient().get(f"{API}/me/", HTTP_COOKIE="parley=x", HTTP_USER_AGENT=TEXT)
    steps.end(alice, chat)

    secrets = [PASSWORD, GUESS, token, program, chat.token, chat.visitor, token[:-1]]
    private = [TEXT, TEXT[::-1], NAME, EMAIL, PHONE, alice.email, ada.email]
    assert caplog.records
    for record in caplog.records:
        said = f"{record.getMessage()} {record.exc_text or ''}"
        for word in (*secrets, *private):
            assert word not in said, (record.name, said)
