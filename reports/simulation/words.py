"""What was changed, and what came of it, in words and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from reports import saying
from reports.answers import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django_stubs_ext import StrOrPromise


class Figure(NamedTuple):
    """A row of the table: its name, its heading, and whether it is a share of all or
    counted in seconds."""

    name: str
    label: StrOrPromise
    unit: Unit


FIGURES = (
    Figure("offered", _("Offered"), Unit.COUNT),
    Figure("answered", _("Answered"), Unit.COUNT),
    Figure("abandoned", _("Abandoned"), Unit.COUNT),
    Figure("service_level", _("Service level"), Unit.RATE),
    Figure("asa_seconds", _("Average speed of answer"), Unit.SECONDS),
    Figure("longest_wait_seconds", _("Longest wait"), Unit.SECONDS),
    Figure("rona_rate", _("RONA rate"), Unit.RATE),
    Figure("aht_seconds", _("Average handling time"), Unit.SECONDS),
    Figure("occupancy", _("Occupancy"), Unit.RATE),
)
OF_QUEUE = tuple(figure for figure in FIGURES if figure.name != "occupancy")


def shown(figure: Figure, value: float | None) -> str:
    """Return a figure as people read it; a dash where there is nothing to divide by."""
    return saying.said(value, figure.unit)


def changes(values: Mapping[str, Any]) -> list[str]:
    """Return what a scenario changes, a sentence each, as it was asked for."""
    found = [*_of_agents(values), *_of_numbers(values), *_of_groups(values)]
    if values.get("skills") is False:
        found.append(gettext("nobody asks for skills"))
    return found


def _of_agents(values: Mapping[str, Any]) -> Iterator[str]:
    for team, number in values.get("agents", {}).items():
        if number > 0:
            sentence = ngettext(
                "%(number)s more agent in %(team)s",
                "%(number)s more agents in %(team)s",
                number,
            )
        else:
            sentence = ngettext(
                "%(number)s fewer agent in %(team)s",
                "%(number)s fewer agents in %(team)s",
                -number,
            )
        yield sentence % {"number": abs(number), "team": team}


def _of_numbers(values: Mapping[str, Any]) -> Iterator[str]:
    for profile, number in _named(values.get("slots", {})):
        sentence = ngettext(
            "%(number)s chat at once", "%(number)s chats at once", number
        )
        yield _of(profile, sentence % {"number": number})
    if values.get("acceptance") is not None:
        sentence = gettext("%(number)s s to accept")
        yield sentence % {"number": values["acceptance"]}
    for queue, number in _named(values.get("threshold", {})):
        sentence = gettext("service level within %(number)s s")
        yield _of(queue, sentence % {"number": number})


def _of_groups(values: Mapping[str, Any]) -> Iterator[str]:
    for group in values.get("groups", []):
        sentence = gettext("%(team)s joins %(queue)s after %(after_seconds)s s")
        if group["after_seconds"] is None:
            sentence = gettext("%(team)s does not serve %(queue)s")
        yield sentence % group


def _named(values: Any) -> Sequence[tuple[str, int]]:
    return list(values.items()) if isinstance(values, dict) else [("", values)]


def _of(name: str, words: str) -> str:
    if not name:
        return words
    return gettext("%(name)s: %(words)s") % {"name": name, "words": words}


def title(values: Mapping[str, Any]) -> str:
    """Return what a scenario is called: its name, else what it changes."""
    return values.get("name") or ", ".join(changes(values)) or gettext("No change")


def outcome(values: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Return the sentence that says what the scenario would have done for service."""
    would, was = (
        found["total"]["service_level"],
        found["really"]["total"]["service_level"],
    )
    if would is None or was is None:
        return ""
    return gettext(
        "With this — %(changes)s — %(would)s would have been answered in time; "
        "%(was)s really were."
    ) % {
        "changes": ", ".join(changes(values)) or gettext("No change"),
        "would": saying.per_cent(would * 100, places=0),
        "was": saying.per_cent(was * 100, places=0),
    }
