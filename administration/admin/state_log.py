"""Administration of the states in which people were: to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.base import RecordAdmin
from administration.admin.scope import OwnFilter, moment
from administration.marks import NOTHING
from agents.models import StateLog
from core.wording import shown

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


@admin.register(StateLog)
class StateLogAdmin(RecordAdmin):
    path_to_organisation = "agent__organisation"
    list_display = ("agent", "state", "idle_code", "since", "until", "changed_by")
    list_filter = (("agent", OwnFilter), "state", "from_at")
    list_select_related = ("agent", "changed_by")
    date_hierarchy = "from_at"
    fields = (
        ("agent", "state", "idle_code"),
        ("from_at", "until_at"),
        ("changed_by", "why"),
    )

    readonly_fields = ("why",)

    @admin.display(description=_("From"), ordering="from_at")
    def since(self, row: Any) -> str:
        return moment(row.from_at)

    @admin.display(description=_("Until"), ordering="until_at")
    def until(self, row: Any) -> str:
        return moment(row.until_at) if row.until_at else gettext("now")

    @admin.display(description=_("Reason"))
    def why(self, row: Any) -> str:
        return shown(row.reason) or NOTHING

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # The log outlives people; what remains of them says nothing to anybody.
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(agent__email__isnull=False)

    def organisation_of(self, row: Any) -> int | None:
        found: int | None = row.agent.organisation_id
        return found
