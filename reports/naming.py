"""What the subjects of reports are called, those that are deleted included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from agents.models import Agent
from queues.models import Assistant, EntryPoint, Queue
from reports.models import Named, Subject
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from reports.definitions.report import Key

ROWS: Mapping[Subject, tuple[type[Any], str]] = {
    Subject.QUEUE: (Queue, "name"),
    Subject.AGENT: (Agent, "display_name"),
    Subject.CODE: (WrapUpCode, "name"),
    Subject.ASSISTANT: (Assistant, "name"),
    Subject.ENTRY_POINT: (EntryPoint, "name"),
}


def names_now(
    organisation_id: int, subject: Subject, keys: Collection[int]
) -> dict[int, str]:
    """Return what those are called that there are."""
    model, name = ROWS[subject]
    rows = model.objects.filter(organisation=organisation_id, pk__in=keys).order_by()
    return dict(rows.values_list("pk", name))


def names_of(
    organisation_id: int, subject: Subject, keys: Collection[int]
) -> dict[int, str]:
    """Return what those are called, or were when they last counted."""
    named = Named.objects.filter(
        organisation=organisation_id, subject=subject, key__in=keys
    )
    before = dict(named.values_list("key", "name"))
    return before | names_now(organisation_id, subject, keys)


def subjects_named(
    organisation_id: int, subject: str, keys: Collection[Key]
) -> dict[Key, dict[str, Any]]:
    """Return {subject: {"id", "name"}} of the subjects of a report's rows."""
    names = names_of(organisation_id, Subject(subject), {key[0] for key in keys})
    return {
        key: {"id": key[0], "name": names.get(key[0], gettext("Deleted"))}
        for key in keys
    }
