"""What the subjects of reports are called, those that are deleted included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from agents.models import Agent, AgentState, Channel
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
    if subject == "state":
        return {key: _state(*key) for key in keys}
    if subject == "source":
        return _sources(organisation_id, keys)
    names = names_of(organisation_id, Subject(subject), {key[0] for key in keys})
    return {
        key: {"id": key[0] or None, "name": names.get(key[0]) or _unnamed(key[0])}
        for key in keys
    }


def _unnamed(key: int) -> str:
    return gettext("Deleted") if key else gettext("Nobody")


def _state(state: str, code: str) -> dict[str, Any]:
    """Return a state, or an idle code by its name."""
    label = str(AgentState(state).label)
    name = f"{label}: {code}" if code else label
    return {"id": f"{state}:{code}" if code else state, "name": name}


def _sources(organisation_id: int, keys: Collection[Key]) -> dict[Key, dict[str, Any]]:
    """Return where contacts came from: channel, entry point, and host of the page."""
    points = names_of(
        organisation_id, Subject.ENTRY_POINT, {point for _, point, _ in keys if point}
    )
    found = {}
    for channel, point, origin in keys:
        label = str(Channel(channel).label)
        entry_point = point and (points.get(point) or _unnamed(point))
        parts = [each for each in (label, entry_point, origin) if each]
        found[channel, point, origin] = {
            "id": f"{channel}:{point}:{origin}",
            "name": " · ".join(parts),
            "channel": channel,
            "entry_point": {"id": point, "name": entry_point} if point else None,
            "origin": origin,
        }
    return found
