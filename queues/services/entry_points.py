"""Entry points, whose forms may let customers choose between queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from agents.services import configuration, trail
from agents.services.configuration import NotValid
from queues.models import EntryPoint, Queue
from queues.services import asking, logos, proactive_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import Model

    from queues.models import Ask, ProactiveRule


def check(
    entry_point: EntryPoint,
    *,
    exclude: Collection[str] = (),
    many: Mapping[str, Sequence[Model]] | None = None,
) -> None:
    """Raise NotValid with what is wrong with the entry point, leaving out some
    fields."""
    configuration.check(entry_point, exclude=exclude, many=many)
    if "prechat_fields" not in exclude:
        _check_choices(entry_point)


@transaction.atomic
def save(
    entry_point: EntryPoint,
    *,
    changed: Collection[str] | None = None,
    logo: bytes | None = None,
    rules: Sequence[ProactiveRule] | None = None,
    asked_skills: Sequence[Ask] | None = None,
) -> EntryPoint:
    """Store the entry point and, unless None, its logo as `logos.drawn` has made it (an
    empty one removes the logo), its proactive rules in this order, and what skills its
    chats ask for. Raise NotValid."""
    configuration.lock(entry_point)
    check(entry_point)
    parts = any(each is not None for each in (logo, rules, asked_skills))
    with trail.change_of(entry_point, parts=parts):
        configuration.store(entry_point, changed=changed)
        if logo:
            logos.put(entry_point, logo)
        elif logo is not None:
            logos.remove(entry_point)
        if rules is not None:
            proactive_rules.replace(entry_point, rules)
        if asked_skills is not None:
            own = entry_point.organisation_id
            asking.replace(entry_point, asked_skills, own=own)
    return entry_point


def _check_choices(entry_point: EntryPoint) -> None:
    """Refuse to offer a queue that is foreign or not active; one that was offered
    before and was deactivated since stays, and is offered to nobody."""
    queues = Queue.objects.filter(
        organisation=entry_point.organisation_id, is_active=True
    )
    unknown = _choices(entry_point) - set(queues.values_list("pk", flat=True))
    if unknown - _choices(EntryPoint.objects.filter(pk=entry_point.pk).first()):
        sentence = gettext("One of these queues does not exist or is not active.")
        raise NotValid({"prechat_fields": [sentence]})


def _choices(entry_point: EntryPoint | None) -> set[int]:
    field = entry_point and entry_point.queue_field
    return set(field.get("choices", ())) if field else set()
