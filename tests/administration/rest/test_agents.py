"""What a setting may be, and what may not go (contract 3.2)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models

from agents.models import Agent, MultimediaProfile, Organisation, Team
from agents.services import configuration
from agents.services.configuration import InUse, NotValid
from queues.models import EntryPoint, Queue
from tests.factories import (
    ContactFactory,
    MultimediaProfileFactory,
    PredefinedResponseFactory,
    QueueFactory,
    TeamFactory,
    WrapUpCodeFactory,
)

ORGANISATION_REFUSES = [
    ("name", ""),
    ("name", "x" * 101),
    ("timezone", "Europe/Nowhere"),
    ("acceptance_timeout", 0),
    ("acceptance_timeout", 6001),
    ("blink_duration", -1),
    ("blink_duration", 61),
    ("auto_wrapup_seconds", 0),
    ("auto_wrapup_seconds", 86401),
    ("transfer_no_answer", "wait"),
    ("attachment_extensions", "pdf"),
    ("attachment_extensions", []),
    ("attachment_extensions", ["pdf"]),
    ("attachment_extensions", [".PDF/.."]),
    ("attachment_extensions", [5]),
    ("attachment_max_total_bytes", 0),
    ("attachment_max_total_bytes", 35 * 1024 * 1024 + 1),
    ("attachment_unreadable", "maybe"),
    ("sensitive_data_policy", "show"),
    ("sensitive_data_detectors", ["passport"]),
    ("sensitive_data_detectors", 5),
    ("agent_recovery_seconds", 0),
    ("customer_grace_seconds", 0),
    ("customer_inactivity_seconds", 0),
    ("desk_inactivity_seconds", 0),
]
PROFILE_REFUSES = [
    ("voice", 2),
    ("chat", 6),
    ("email", 6),
    ("social", 6),
    ("chat", -1),
    ("blending_mode", "mixed"),
]
QUEUE_REFUSES = [
    ("service_level_threshold", 0),
    ("first_response_threshold", 0),
    ("priority", 10),
    ("max_time_in_queue", 0),
    ("max_waiting", -1),
]
ENTRY_POINT_REFUSES = [
    ("key", "ab"),
    ("key", "Not-Small"),
    ("key", "x" * 41),
    ("priority", 10),
    ("allowed_origins", ["www.example.com"]),
    ("allowed_origins", ["https://www.example.com/path"]),
    ("allowed_origins", ["javascript:alert(1)"]),
    ("prechat_fields", {"name": "name"}),
    ("prechat_fields", [{"name": "Name", "label": "Name", "type": "text"}]),
    ("prechat_fields", [{"name": "name", "label": "", "type": "text"}]),
    ("prechat_fields", [{"name": "name", "label": "Name", "type": "file"}]),
    ("prechat_fields", [{"name": "kind", "label": "Kind", "type": "select"}]),
]


def refused(row: models.Model, **many: Any) -> list[str]:
    """Return the fields for which the row is refused; nothing may be written."""
    before = list(type(row)._default_manager.order_by("pk").values())

    with pytest.raises(NotValid) as refusal:
        configuration.save(row, many=many)

    assert list(type(row)._default_manager.order_by("pk").values()) == before
    assert refusal.value.errors is not None
    assert all(
        sentence for lines in refusal.value.errors.values() for sentence in lines
    )
    return list(refusal.value.errors)


@pytest.mark.parametrize(("field", "value"), ORGANISATION_REFUSES)
def test_organisation_refuses(acme: Organisation, field: str, value: Any) -> None:
    setattr(acme, field, value)

    assert refused(acme) == [field]


@pytest.mark.parametrize(("field", "value"), PROFILE_REFUSES)
def test_profile_refuses(
    chat_profile: MultimediaProfile, field: str, value: Any
) -> None:
    setattr(chat_profile, field, value)

    assert refused(chat_profile) == [field]


@pytest.mark.parametrize("channel", ["chat", "email", "social"])
def test_an_exclusive_profile_has_0_or_1(
    chat_profile: MultimediaProfile, channel: str
) -> None:
    chat_profile.blending_mode = "exclusive"
    chat_profile.chat = 1
    setattr(chat_profile, channel, 2)

    assert refused(chat_profile) == [channel]


@pytest.mark.parametrize(("field", "value"), QUEUE_REFUSES)
def test_queue_refuses(support: Queue, field: str, value: Any) -> None:
    setattr(support, field, value)

    assert refused(support) == [field]


def test_a_queue_cannot_overflow_into_itself(support: Queue) -> None:
    support.overflow_queue = support

    assert refused(support) == ["overflow_queue"]


@pytest.mark.parametrize("length", [2, 3, 5])
def test_queues_cannot_overflow_in_a_ring(support: Queue, length: int) -> None:
    following = support
    for number in range(length - 1):
        following = QueueFactory.create(
            organisation=support.organisation,
            name=f"Behind {number}",
            overflow_queue=following,
        )
    support.overflow_queue = following

    assert refused(support) == ["overflow_queue"]


def test_queues_may_overflow_into_one_another_in_a_row(support: Queue) -> None:
    last = QueueFactory.create(organisation=support.organisation, name="Last")
    support.overflow_queue = QueueFactory.create(
        organisation=support.organisation, name="Next", overflow_queue=last
    )

    configuration.save(support)

    support.refresh_from_db()
    assert str(support.overflow_queue) == "Next"


@pytest.mark.parametrize(("field", "value"), ENTRY_POINT_REFUSES)
def test_entry_point_refuses(direct: EntryPoint, field: str, value: Any) -> None:
    setattr(direct, field, value)

    assert refused(direct) == [field]


def test_a_key_is_unique_over_the_installation(
    direct: EntryPoint, help_queue: Queue
) -> None:
    row = EntryPoint(
        organisation=help_queue.organisation,
        key=direct.key,
        name="Same key",
        queue=help_queue,
    )

    assert refused(row) == ["key"]


def test_a_name_is_unique_in_the_organisation(
    front_line: Team, help_desk: Team
) -> None:
    help_desk.name = front_line.name
    configuration.save(help_desk)

    assert refused(Team(organisation=front_line.organisation, name="Front line")) == [
        "name"
    ]


def test_a_reference_into_another_organisation_is_refused(
    direct: EntryPoint, help_queue: Queue
) -> None:
    direct.queue = help_queue

    assert refused(direct) == ["queue"]


def test_a_reference_to_nothing_is_refused(direct: EntryPoint) -> None:
    direct.queue_id = 0

    assert refused(direct) == ["queue"]


def test_a_foreign_row_in_a_list_is_refused(
    acme: Organisation, help_queue: Queue
) -> None:
    response = PredefinedResponseFactory.create(organisation=acme)

    assert refused(response, queues=[help_queue]) == ["queues"]
    assert not response.queues.exists()


def test_the_organisations_profile_must_be_its_own(
    acme: Organisation, globex: Organisation
) -> None:
    acme.default_multimedia_profile = globex.default_multimedia_profile

    assert refused(acme) == ["default_multimedia_profile"]


def test_only_what_changed_is_written(front_line: Team) -> None:
    profile = MultimediaProfileFactory.create(organisation=front_line.organisation)
    Team.objects.filter(pk=front_line.pk).update(multimedia_profile=profile)
    front_line.name = "First line"

    configuration.save(front_line, changed={"name"})

    front_line.refresh_from_db()
    assert (front_line.name, front_line.multimedia_profile) == ("First line", profile)


def in_use(row: models.Model) -> str:
    """Return the sentence with which deleting the row is refused."""
    with pytest.raises(InUse) as refusal:
        configuration.delete(row)

    assert type(row)._default_manager.filter(pk=row.pk).exists()
    return refusal.value.detail


def test_a_team_with_members_is_in_use(front_line: Team, alice: Agent) -> None:
    sentence = in_use(front_line)

    assert sentence == (
        "“Front line” is used by agent Alice. Choose another one there first."
    )


def test_a_team_that_serves_a_queue_is_in_use(front_line: Team, support: Queue) -> None:
    assert "queue Support" in in_use(front_line)


def test_a_team_that_nobody_uses_can_go(acme: Organisation) -> None:
    team = TeamFactory.create(organisation=acme)

    configuration.delete(team)

    assert not Team.objects.filter(organisation=acme).exists()


def test_the_organisations_profile_is_in_use(chat_profile: MultimediaProfile) -> None:
    assert "organisation Acme" in in_use(chat_profile)


def test_a_teams_or_agents_profile_is_in_use(front_line: Team, alice: Agent) -> None:
    profile = MultimediaProfileFactory.create(organisation=front_line.organisation)
    Team.objects.filter(pk=front_line.pk).update(multimedia_profile=profile)
    Agent.objects.filter(pk=alice.pk).update(multimedia_profile=profile)

    sentence = in_use(profile)

    assert "team Front line" in sentence
    assert "agent Alice" in sentence


def test_a_queue_of_an_entry_point_is_in_use(
    support: Queue, direct: EntryPoint
) -> None:
    sentence = in_use(support)

    assert sentence == (
        "“Support” is used by entry point Direct. Deactivate it instead of deleting it."
    )


def test_a_queue_of_a_response_or_code_is_in_use(support: Queue) -> None:
    for name in "Hello", "Bye", "Wait", "Thanks":
        PredefinedResponseFactory.create(
            organisation=support.organisation, name=name, queues=[support]
        )
    code = WrapUpCodeFactory.create(organisation=support.organisation, name="Sold")
    code.queues.add(support)

    sentence = in_use(support)

    assert "predefined responses Bye, Hello, Thanks and others" in sentence
    assert "wrap-up code Sold" in sentence


def test_a_queue_others_overflow_into_is_in_use(support: Queue) -> None:
    QueueFactory.create(
        organisation=support.organisation, name="Sales", overflow_queue=support
    )

    assert "queue Sales" in in_use(support)


def test_a_queue_that_had_contacts_is_in_use(support: Queue) -> None:
    ContactFactory.create(organisation=support.organisation, queue=support, ended=True)

    assert "contact" in in_use(support)


def test_a_queue_goes_with_its_distribution(support: Queue) -> None:
    configuration.delete(support)

    assert not Queue.objects.exists()


def test_an_entry_point_with_contacts_is_in_use(direct: EntryPoint) -> None:
    ContactFactory.create(organisation=direct.organisation, entry_point=direct)

    assert "Deactivate it" in in_use(direct)
