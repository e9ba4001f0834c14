from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, prefetch_related_objects

from agents.services import configuration, sensitive_data, trail
from agents.services.configuration import NotValid
from core.breaker import Breaker
from queues.models import AssistantDay, Intent
from queues.services import asking

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from queues.models import Ask, Assistant


@transaction.atomic
def save(
    assistant: Assistant,
    *,
    changed: Collection[str] | None = None,
    intents: Sequence[Intent] | None = None,
) -> Assistant:
    """Store the assistant and, unless None, its intents in this order.

    The intents are new rows, which take the place of the old ones. Raise NotValid.
    """
    configuration.lock(assistant)
    configuration.check(assistant)
    with trail.change_of(assistant, parts=intents is not None):
        configuration.store(assistant, changed=changed)
        if intents is not None:
            _replace(assistant, intents)
    return assistant


def spend_request(assistant: Assistant, *, now: datetime) -> bool:
    """Count a request of this assistant to its model; False where none is left for
    today."""
    day = now.astimezone(ZoneInfo(assistant.organisation.timezone)).date()
    row, _ = AssistantDay.objects.get_or_create(assistant=assistant, day=day)
    left = AssistantDay.objects.filter(pk=row.pk)
    if assistant.daily_requests is not None:
        left = left.filter(requests__lt=assistant.daily_requests)
    return bool(left.update(requests=F("requests") + 1))


def breaker_of(assistant: Assistant) -> Breaker:
    """Return what is known of the server that this assistant asks."""
    return Breaker(f"assistant:{assistant.pk}")


@transaction.atomic
def add_phrase(intent: Intent, *, phrase: str) -> None:
    """Let an intent of an assistant understand a phrase, too. Raise NotValid."""
    assistant = intent.assistant
    configuration.lock(assistant)
    intents = list(assistant.intents.select_related("queue"))
    for each in intents:
        if each.pk == intent.pk and phrase not in each.phrases:
            each.phrases = [*each.phrases, phrase]
    save(assistant, changed=(), intents=intents)


def _replace(assistant: Assistant, intents: Sequence[Intent]) -> None:
    asked = _asked(intents)
    _check(assistant, intents, asked)
    rows = Intent.objects.filter(assistant=assistant)
    stored = [
        (_content(each), asking.skills_of(each))
        for each in rows.prefetch_related("asked_skills")
    ]
    wanted = zip(intents, asked, strict=True)
    if stored == [(_content(each), asking.text_of(asks)) for each, asks in wanted]:
        return
    rows.delete()
    for intent in intents:
        intent.pk = None
    Intent.objects.bulk_create(intents)
    asking.add(dict(zip(intents, asked, strict=True)))


def _asked(intents: Sequence[Intent]) -> list[Sequence[Ask]]:
    """Return what each of the intents is to ask for."""
    stored = [e for e in intents if e.asks is None and not e._state.adding]
    prefetch_related_objects(stored, "asked_skills__skill")
    return [asking.asked_by(e) if e.asks is None else e.asks for e in intents]


def _check(
    assistant: Assistant, intents: Sequence[Intent], asked: Sequence[Sequence[Ask]]
) -> None:
    """Prepare the intents. Raise NotValid where they cannot be stored."""
    own = assistant.organisation_id
    for position, (intent, asks) in enumerate(zip(intents, asked, strict=True), 1):
        intent.assistant = assistant
        intent.position = position
        sensitive_data.hide_cards(intent)
        try:
            configuration.check(intent, own=own, exclude=("assistant",))
            asking.check(asks, own=own)
        except NotValid as error:
            raise NotValid({"intents": [f"{intent}: {error.detail}"]}) from error


def _content(intent: Intent) -> tuple[object, ...]:
    return tuple(
        getattr(intent, field.attname)
        for field in Intent._meta.concrete_fields
        if not field.primary_key
    )
