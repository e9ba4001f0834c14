"""Lists of the administration that may have grown long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.utils.formats import number_format
from django.utils.translation import gettext

from core import pagination

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class RecordList(ChangeList):
    """A list of what happened. A long one is sorted by when that was, and by nothing
    else: no other column has an index."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        asked: list[Any] = super().get_ordering(request, queryset)
        if ORDER_VAR not in self.params:
            return asked
        usual = (
            self.model_admin.get_ordering(request)
            or self.lookup_opts.ordering
            or ["-pk"]
        )
        if _column(asked[0]) == _column(usual[0]) or not pagination.is_long(queryset):
            return asked
        del self.params[ORDER_VAR]
        messages.warning(
            request,
            gettext(
                "These are more than %(most)s rows, so they stay in their order. "
                "Narrow the list to sort it by this column."
            )
            % {"most": number_format(pagination.MOST_COUNTED, force_grouping=True)},
        )
        return super().get_ordering(request, queryset)


def _column(order: Any) -> str:
    return str(order).removeprefix("-")
