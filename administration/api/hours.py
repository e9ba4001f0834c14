"""REST: opening hours (contract 3.2)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from administration.api.base import ConfigurationViewSet, SettingSerializer, WholeRow
from administration.services import changes
from core import clock
from core.strict import StrictSerializer
from queues.models import Hours
from queues.opening_hours import FIRST_YEAR, LAST_YEAR, MAX_DAYS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from queues.opening_hours import Day

DAYS_SHOWN = 14
# A word of the language, which no class can have as an attribute.
FROM = "from"


class WeeklyRowSerializer(WholeRow, StrictSerializer):
    """When it is open on a day of the week."""

    examples: ClassVar[dict[str, Any]] = {"day": 0, "from": "09:00", "to": "17:00"}

    day = serializers.IntegerField(help_text="From 0 (Monday) to 6 (Sunday).")

    def get_fields(self) -> dict[str, Any]:
        opens = serializers.CharField(help_text="`HH:MM`, up to 23:59.")
        closes = serializers.CharField(
            help_text="`HH:MM`, up to 24:00; at or before `from` on the next day."
        )
        return {**super().get_fields(), FROM: opens, "to": closes}


class OwnDateSerializer(WholeRow, StrictSerializer):
    """A date with other hours than its day of the week."""

    examples: ClassVar[dict[str, Any]] = {
        "date": "2026-12-24",
        "name": "Christmas Eve",
        "from": "09:00",
        "to": "13:00",
    }

    date = serializers.CharField(help_text="`YYYY-MM-DD`.")
    name = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        opens, closes = (
            serializers.CharField(
                allow_null=True, default=None, help_text="Null: closed all day."
            )
            for _ in range(2)
        )
        return {**super().get_fields(), FROM: opens, "to": closes}


class HoursSerializer(SettingSerializer[Hours]):
    """When queues are open."""

    examples: ClassVar[dict[str, Any]] = {
        "name": "Office hours",
        "timezone": "Europe/Berlin",
        "country": "DE",
        "subdivision": "BY",
    }

    weekly = WeeklyRowSerializer(many=True, required=False)
    holidays = OwnDateSerializer(many=True, required=False)

    class Meta:
        model = Hours


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 2,
            "maxItems": 2,
        },
        "examples": [[["09:00", "17:00"]]],
    }
)
class TimesField(serializers.Field[Any, Any, Any, Any]):
    """From when to when it is open on a day."""

    def to_representation(self, day: Day) -> list[list[str]]:
        return [list(span.words) for span in day.open]


class DaySerializer(serializers.Serializer[Any]):
    """What one date is like."""

    examples: ClassVar[dict[str, Any]] = {"date": "2026-12-23", "holiday": None}

    date = serializers.DateField()
    holiday = serializers.CharField(
        allow_null=True, help_text="What an own date or a public holiday is called."
    )
    open = TimesField(
        source="*",
        help_text="The rows that begin on this date, `[[from, to]]`; one past midnight "
        "belongs to the day it begins on.",
    )


def _in_known_years(value: date | datetime) -> None:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        message = gettext("Give a year from %(first_year)s to %(last_year)s.") % {
            "first_year": FIRST_YEAR,
            "last_year": LAST_YEAR,
        }
        raise serializers.ValidationError(message)


class PreviewQuery(serializers.Serializer[Any]):
    days = serializers.IntegerField(
        min_value=1,
        max_value=MAX_DAYS,
        default=DAYS_SHOWN,
        help_text=f"How many dates, 1-{MAX_DAYS}.",
    )

    def get_fields(self) -> dict[str, Any]:
        first = serializers.DateField(
            required=False,
            validators=[_in_known_years],
            help_text="The first date. Without: today, in the hours' own zone.",
        )
        return {FROM: first, **super().get_fields()}


class OpenQuery(serializers.Serializer[Any]):
    at = serializers.DateTimeField(
        required=False, validators=[_in_known_years], help_text="Without: now."
    )


class OpenSerializer(serializers.Serializer[Any]):
    examples: ClassVar[dict[str, Any]] = {"open": True}

    open = serializers.BooleanField()
    changes_at = serializers.DateTimeField(
        allow_null=True,
        help_text="When it next opens or closes. Null: not within two years.",
    )


class HoursViewSet(ConfigurationViewSet[Hours]):
    """When queues are open."""

    serializer_class = HoursSerializer
    queryset = Hours.objects.all()
    filterset_fields: ClassVar[list[str]] = ["country"]

    def store(
        self, row: Hours, *, changed: Collection[str] | None, beside: dict[str, Any]
    ) -> Hours:
        return changes.save_hours(row, changed=changed)

    @extend_schema(
        operation_id="hours_preview",
        summary="When it will be open",
        parameters=[PreviewQuery],
        responses=DaySerializer(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def preview(self, request: Request, pk: int) -> Response:
        """Return date by date when it is open, with holidays and own dates."""
        hours = self.get_object()
        form = PreviewQuery(data=request.query_params)
        form.is_valid(raise_exception=True)
        asked = form.validated_data

        opening = hours.opening
        today = clock.now().astimezone(opening.zone).date()
        days = opening.days(asked.get(FROM, today), asked["days"])

        return Response(DaySerializer(days, many=True).data)

    @extend_schema(
        operation_id="hours_open",
        summary="Whether it is open at a moment",
        parameters=[OpenQuery],
        responses=OpenSerializer,
        filters=False,
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def open(self, request: Request, pk: int) -> Response:
        """Return whether it is open then, and when that changes."""
        hours = self.get_object()
        form = OpenQuery(data=request.query_params)
        form.is_valid(raise_exception=True)
        at = form.validated_data.get("at") or clock.now()

        opening = hours.opening
        answer = {"open": opening.is_open(at), "changes_at": opening.next_change(at)}

        return Response(OpenSerializer(answer).data)
