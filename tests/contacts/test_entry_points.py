"""What a chat page needs before a chat (contract 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.test import APIClient

from tests import steps
from tests.steps import API, refuses

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint, Queue


def look_at(key: str) -> steps.Json:
    response = APIClient().get(f"{API}/chat/entry-points/{key}/")
    assert response.status_code == 200
    return dict(response.json())


def test_an_open_entry_point(direct: EntryPoint) -> None:
    direct.greeting = "Welcome ☂"
    direct.save(update_fields=["greeting"])

    answer = look_at("direct")

    assert answer.keys() == {
        "name",
        "greeting",
        "farewell",
        "logo",
        "language",
        "colour",
        "privacy_url",
        "consent_text",
        "prechat_fields",
        "open",
        "closed_reason",
        "opens_at",
        "offline_messages",
        "attachments",
    }
    assert (answer["name"], answer["greeting"]) == ("Direct", "Welcome ☂")
    assert (answer["open"], answer["closed_reason"]) == (True, None)
    assert answer["prechat_fields"] == [
        {"name": "name", "label": "Name", "type": "text", "required": False}
    ]
    assert answer["attachments"].keys() == {"enabled", "extensions", "max_total_bytes"}


def test_the_fields_come_as_they_are_configured(direct: EntryPoint) -> None:
    fields = [
        {
            "name": "topic",
            "label": "Topic",
            "type": "select",
            "required": True,
            "choices": ["Sales", "Help"],
        }
    ]
    direct.prechat_fields = fields
    direct.save(update_fields=["prechat_fields"])

    assert look_at("direct")["prechat_fields"] == fields


def test_an_entry_point_without_fields(direct: EntryPoint) -> None:
    direct.prechat_fields = []
    direct.save(update_fields=["prechat_fields"])

    assert look_at("direct")["prechat_fields"] == []


def test_an_inactive_entry_point(direct: EntryPoint) -> None:
    direct.is_active = False
    direct.save(update_fields=["is_active"])

    answer = look_at("direct")

    assert (answer["open"], answer["closed_reason"]) == (False, "inactive")


def test_an_inactive_queue(direct: EntryPoint, support: Queue) -> None:
    support.is_active = False
    support.save(update_fields=["is_active"])

    answer = look_at("direct")

    assert (answer["open"], answer["closed_reason"]) == (False, "inactive")


def test_a_full_queue(direct: EntryPoint, support: Queue) -> None:
    support.max_waiting = 1
    support.save(update_fields=["max_waiting"])
    assert look_at("direct")["open"]
    steps.open_chat(direct)

    answer = look_at("direct")

    assert (answer["open"], answer["closed_reason"]) == (False, "queue_full")


def test_who_is_offered_the_chat_still_waits(
    alice: Agent, direct: EntryPoint, support: Queue
) -> None:
    support.max_waiting = 1
    support.save(update_fields=["max_waiting"])
    steps.offered(alice, direct)

    assert look_at("direct")["closed_reason"] == "queue_full"


def test_an_unknown_key(direct: EntryPoint) -> None:
    for key in ("unknown", "Direct", "x" * 200):
        response = APIClient().get(f"{API}/chat/entry-points/{key}/")

        refuses(response, 404, "not_found")


def test_no_secret_is_shown(direct: EntryPoint) -> None:
    direct.identity_secret = "between-the-site-and-us"
    direct.save(update_fields=["identity_secret"])

    response = APIClient().get(f"{API}/chat/entry-points/direct/")

    assert b"between-the-site-and-us" not in response.content


def test_whoever_is_signed_in_sees_the_same(alice: Agent, direct: EntryPoint) -> None:
    signed_in = steps.client_for(alice).get(f"{API}/chat/entry-points/direct/")

    assert signed_in.json() == look_at("direct")


def test_a_stale_token_does_not_matter(direct: EntryPoint) -> None:
    client = steps.with_token("stale")

    assert client.get(f"{API}/chat/entry-points/direct/").status_code == 200
