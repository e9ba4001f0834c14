"""What lists are narrowed by: ids, yes or no, moments, words.

An id that is unknown, impossible or another organisation's matches nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django_filters.fields import IsoDateTimeField
from django_filters.filterset import FILTER_FOR_DBFIELD_DEFAULTS
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, filters

from core.search import having_words

if TYPE_CHECKING:
    from decimal import Decimal

    from django.db.models import QuerySet
    from rest_framework.request import Request

MAX_ID = 2**63 - 1
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
ANSWERS = {"true": True, "false": False}


class YesOrNoField(forms.CharField):
    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text and text.lower() not in ANSWERS:
            raise ValidationError(gettext("Give true or false."))
        return ANSWERS.get(text.lower()) if text else None


class MomentField(IsoDateTimeField):
    def to_python(self, value: Any) -> datetime | None:
        moment: datetime | None = super().to_python(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError:
            # Before the first year or after the last one, in UTC.
            return FIRST if moment and moment.year == 1 else LAST


@extend_schema_field(OpenApiTypes.INT64)
class IdFilter(django_filters.Filter):
    field_class = forms.DecimalField

    def filter(self, rows: QuerySet[Any], value: Decimal | None) -> QuerySet[Any]:
        if value is None:
            return rows
        is_id = 1 <= value <= MAX_ID and value % 1 == 0
        return super().filter(rows, int(value)) if is_id else rows.none()


@extend_schema_field(OpenApiTypes.BOOL)
class YesOrNoFilter(django_filters.Filter):
    field_class = YesOrNoField


class MomentFilter(django_filters.IsoDateTimeFilter):
    field_class = MomentField


class Filters(FilterSet):
    """Filters that a list names by its columns alone."""

    FILTER_DEFAULTS = {
        **FILTER_FOR_DBFIELD_DEFAULTS,
        models.BooleanField: {"filter_class": YesOrNoFilter},
        models.ForeignKey: {"filter_class": IdFilter},
        models.ManyToManyField: {"filter_class": IdFilter},
    }


class ByColumns(DjangoFilterBackend):
    filterset_base = Filters


class ByWords(filters.SearchFilter):
    """`q`: rows in which every word occurs."""

    search_param = "q"
    search_description = (
        "Words that all occur in the row's names or texts, in any order, whatever "
        "their case and accents."
    )

    def filter_queryset(
        self, request: Request, rows: QuerySet[Any], view: Any
    ) -> QuerySet[Any]:
        asked = request.query_params.get(self.search_param, "")
        if "\x00" in asked:
            sentence = gettext("Null characters are not allowed.")
            raise exceptions.ValidationError({self.search_param: [sentence]})
        return rows.filter(having_words(asked, view.search_fields))


class InOrder(filters.OrderingFilter):
    """`ordering`: by one of the view's `ordering_fields`; any other is ignored."""

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        names = ", ".join(f"`{name}`" for name in view.ordering_fields)
        description = f"By one of {names}; with a `-` before it backwards."
        parameters = super().get_schema_operation_parameters(view)
        return [parameter | {"description": description} for parameter in parameters]
