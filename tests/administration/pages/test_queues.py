"""Queues, entry points, assistants and predefined responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import (
    IdleCode,
    MultimediaProfile,
    Organisation,
    Team,
)
from queues.models import Assistant, EntryPoint, PredefinedResponse, Queue
from tests import factories
from tests.administration.pages.site import add, change, errors, page
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from django.test import Client


def test_a_queue_is_made_with_who_serves_it(
    adas_browser: Client, acme: Organisation, front_line: Team
) -> None:
    parts = {"distribution-0-team": front_line.pk, "distribution-0-after_seconds": 30}

    add(adas_browser, Queue, name="Returns", **parts)

    queue = Queue.objects.get(name="Returns")
    group = queue.distribution.get()
    assert queue.organisation == acme
    assert (group.team, group.after_seconds) == (front_line, 30)


def test_who_serves_a_queue_is_changed(
    adas_browser: Client, support: Queue, acme: Organisation
) -> None:
    backup = factories.TeamFactory.create(organisation=acme)

    change(adas_browser, support, **{"distribution-0-team": backup.pk})
    assert list(support.teams.all()) == [backup]

    change(adas_browser, support, **{"distribution-0-DELETE": "on"})
    assert not support.teams.exists()


def test_a_team_serves_a_queue_once(
    adas_browser: Client, support: Queue, front_line: Team
) -> None:
    parts = {
        "distribution-TOTAL_FORMS": 2,
        "distribution-1-team": front_line.pk,
        "distribution-1-after_seconds": 5,
    }

    response = change(adas_browser, support, **parts)

    assert response.status_code == 200
    assert "duplicate" in response.content.decode()
    assert support.distribution.count() == 1


def test_an_entry_point_shows_its_address_and_hides_its_secret(
    adas_browser: Client, direct: EntryPoint
) -> None:
    EntryPoint.objects.filter(pk=direct.pk).update(identity_secret="hush hush")

    for address in (
        page(EntryPoint, "changelist"),
        page(EntryPoint, "change", direct.pk),
    ):
        content = adas_browser.get(address).content.decode()
        assert 'href="/chat/direct/"' in content
        assert "hush" not in content


def test_a_secret_stays_is_replaced_and_goes(
    adas_browser: Client, direct: EntryPoint
) -> None:
    change(adas_browser, direct, identity_secret="first" * 7)
    change(adas_browser, direct, name="Renamed")
    direct.refresh_from_db()
    assert (direct.name, direct.identity_secret) == ("Renamed", "first" * 7)

    change(adas_browser, direct, identity_secret="second" * 6)
    direct.refresh_from_db()
    assert direct.identity_secret == "second" * 6

    change(adas_browser, direct, remove_identity_secret="on")
    direct.refresh_from_db()
    assert direct.identity_secret == ""


def test_questions_before_the_chat(adas_browser: Client, direct: EntryPoint) -> None:
    questions = {
        "prechat_fields-0-label": "Name",
        "prechat_fields-0-name": "name",
        "prechat_fields-0-type": "text",
        "prechat_fields-1-label": "Order number",
        "prechat_fields-1-type": "select",
        "prechat_fields-1-choices": "old, new",
        "prechat_fields-1-required": "on",
        "prechat_fields-2-label": "",
    }

    change(adas_browser, direct, allowed_origins="https://a.example", **questions)

    direct.refresh_from_db()
    assert direct.allowed_origins == ["https://a.example"]
    assert direct.prechat_fields == [
        {"name": "name", "label": "Name", "type": "text", "required": False},
        {
            "name": "order_number",
            "label": "Order number",
            "type": "select",
            "required": True,
            "choices": ["old", "new"],
        },
    ]


def test_a_wrong_question_is_kept_and_explained(
    adas_browser: Client, direct: EntryPoint
) -> None:
    questions = {
        "prechat_fields-0-label": "Kind of trouble",
        "prechat_fields-0-name": "kind",
        "prechat_fields-0-type": "select",
    }

    response = change(adas_browser, direct, **questions)

    assert errors(response) == {"prechat_fields": ["“kind” needs choices."]}
    assert 'value="Kind of trouble"' in response.content.decode()


def test_a_question_offers_queues_by_their_names(
    adas_browser: Client, direct: EntryPoint, support: Queue
) -> None:
    question = {
        "prechat_fields-0-label": "Topic",
        "prechat_fields-0-type": "queue",
        "prechat_fields-0-choices": "Support",
    }

    change(adas_browser, direct, **question)

    direct.refresh_from_db()
    [stored] = direct.prechat_fields
    assert stored["choices"] == [support.pk]
    shown = adas_browser.get(page(EntryPoint, "change", direct.pk)).content.decode()
    assert 'value="Support"' in shown
    question["prechat_fields-0-choices"] = "Support, Nowhere"
    response = change(adas_browser, direct, **question)
    assert errors(response) == {"prechat_fields": ["There is no queue “Nowhere”."]}


def test_a_taken_key_is_refused(adas_browser: Client, direct: EntryPoint) -> None:
    response = add(
        adas_browser, EntryPoint, key="direct", name="Second", queue=direct.queue_id
    )

    assert errors(response) == {"key": ["An entry point with this key exists already."]}


def test_an_assistant_is_made_with_intents(
    adas_browser: Client, acme: Organisation, support: Queue
) -> None:
    parts: dict[str, Any] = {"intents-TOTAL_FORMS": 2}
    for row, name in enumerate(("Second", "First")):
        parts |= {
            f"intents-{row}-name": name,
            f"intents-{row}-position": 2 - row,
            f"intents-{row}-phrases": "hello\r\ngood morning",
            f"intents-{row}-reply": "Hello!",
            f"intents-{row}-action": "escalate",
            f"intents-{row}-queue": support.pk,
        }

    add(adas_browser, Assistant, name="Robot", **parts)

    intents = list(Assistant.objects.get(name="Robot").intents.all())
    assert [intent.name for intent in intents] == ["First", "Second"]
    assert intents[0].phrases == ["hello", "good morning"]
    assert intents[0].queue == support


def test_an_intent_without_a_reply_is_refused(
    adas_browser: Client, acme: Organisation
) -> None:
    assistant = factories.AssistantFactory.create(organisation=acme)
    factories.IntentFactory.create(assistant=assistant)

    response = change(adas_browser, assistant, **{"intents-0-reply": ""})

    assert "Give the reply" in response.content.decode()


def test_a_webhook_needs_an_address(adas_browser: Client) -> None:
    response = add(adas_browser, Assistant, name="Robot", kind="webhook")

    assert list(errors(response)) == ["webhook_url"]


def test_a_response_for_some_queues(adas_browser: Client, support: Queue) -> None:
    add(adas_browser, PredefinedResponse, name="Hi", text="Hi!", queues=[support.pk])

    assert list(PredefinedResponse.objects.get(name="Hi").queues.all()) == [support]


@pytest.mark.telling
@pytest.mark.parametrize(
    "model", [Team, Queue, IdleCode, WrapUpCode, MultimediaProfile]
)
def test_a_duplicate_name_is_refused(
    adas_browser: Client, acme: Organisation, model: type[Any]
) -> None:
    model.objects.create(organisation=acme, name="Twice")

    found = errors(add(adas_browser, model, name="Twice"))

    assert list(found) == ["name"]
    assert "exists already" in found["name"][0]


def test_an_exclusive_profile_takes_one(
    adas_browser: Client, chat_profile: MultimediaProfile
) -> None:
    found = errors(change(adas_browser, chat_profile, blending_mode="exclusive"))

    assert list(found) == ["chat"]


def test_a_response_with_an_unknown_placeholder(adas_browser: Client) -> None:
    answer = add(adas_browser, PredefinedResponse, name="Hi", text="Hi {agent}!")

    assert "“{agent}” stands for nothing" in errors(answer)["text"][0]
    assert not PredefinedResponse.objects.exists()
