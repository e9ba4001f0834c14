"""The one JSON shape of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext
from rest_framework import serializers

from core.errors import Invalid
from reports.answers import Interval, Unit

if TYPE_CHECKING:
    from reports.answers import Answer, Row

MOST_ROWS = 20_000  # of one answer; a file may have more
ROW = {
    "start": "2026-03-02T09:00:00+01:00",
    "queue": {"id": 1, "name": "Support"},
    "offered": 42,
    "service_level": 0.9,
}
WHOLE = {name: ROW[name] for name in ("offered", "service_level")}


class ColumnSerializer(serializers.Serializer[Any]):
    """One figure of the rows."""

    examples: ClassVar[dict[str, Any]] = {
        "name": "service_level",
        "label": "Service level",
        "unit": "rate",
        "definition": "Answered within the threshold / answered.",
    }

    name = serializers.CharField(help_text="What it is called in rows.")
    unit = serializers.ChoiceField([*Unit])
    definition = serializers.CharField(help_text="Its formula in words.")

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"label": serializers.CharField()}


class AnswerSerializer(serializers.Serializer[Any]):
    """A report. Each figure is counted for each cut by itself: a rate of many rows is
    not the mean of their rates."""

    examples: ClassVar[dict[str, Any]] = {
        "timezone": "Europe/Berlin",
        "interval": "hour",
        "subject": "queue",
        "rows": [ROW],
        "by_start": [{"start": ROW["start"], **WHOLE}],
        "by_subject": [{"queue": ROW["queue"], **WHOLE}],
        "totals": WHOLE,
        "comments": [],
    }

    since = serializers.DateTimeField(help_text="With the offset of the zone.")
    until = serializers.DateTimeField(help_text="It is not a part of it.")
    interval = serializers.ChoiceField([*Interval])
    timezone = serializers.CharField(help_text="The organisation's.")
    subject = serializers.CharField(help_text="What rows are about, such as `queue`.")
    columns = ColumnSerializer(many=True)
    rows = serializers.ListField(
        child=serializers.DictField(),
        help_text="By interval and subject, where something happened: `start` with its "
        "offset, the subject, and the figures by their names, null where there is "
        "nothing to divide by.",
    )
    by_start = serializers.ListField(
        child=serializers.DictField(), help_text="By interval alone."
    )
    by_subject = serializers.ListField(
        child=serializers.DictField(), help_text="By subject alone."
    )
    totals = serializers.DictField(help_text="Of all of it.")
    comments = serializers.ListField(
        child=serializers.DictField(),
        help_text="Of ratings alone: the newest 200 with what customers wrote, each "
        "with `at`, `contact`, `score`, `comment`, `agent` and `queue`.",
    )


def shown(answer: Answer) -> dict[str, Any]:
    """Return a report as JSON has it. Raise Invalid."""
    if len(answer.rows) > MOST_ROWS:
        sentence = gettext(
            "This report has more than %(most)s rows: choose a longer interval, one "
            "queue, team or agent, or a file."
        )
        raise Invalid("interval", sentence % {"most": f"{MOST_ROWS:,}"})
    question = answer.question
    return {
        "since": question.since.isoformat(),
        "until": question.until.isoformat(),
        "interval": question.interval,
        "timezone": answer.timezone,
        "subject": answer.subject,
        "columns": answer.columns,
        "rows": [*map(_row, answer.rows)],
        "by_start": [*map(_row, answer.by_start)],
        "by_subject": [*map(_row, answer.by_subject)],
        "totals": answer.totals,
        "comments": [*map(_row, answer.comments)],
    }


def _row(row: Row) -> Row:
    """Return a row with its start as text, in the zone, and people as elsewhere."""
    shown = dict(row)
    for moment in ("start", "at"):
        if moment in row:
            shown[moment] = row[moment].isoformat()
    if agent := row.get("agent"):
        shown["agent"] = {"id": agent["id"], "display_name": agent["name"]}
    return shown
