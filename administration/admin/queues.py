"""Administration of queues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.base import SettingAdmin, changed_by
from administration.admin.parts import Completed, rows_of
from administration.admin.scope import OfSettings, OwnFilter, PartFormSet
from administration.admin.skills import AskedByQueueInline, asks_of, parts_of
from administration.services import changes
from queues.models import (
    DistributionGroup,
    Queue,
)
from queues.services import queues

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class DistributionInline(Completed, OfSettings, admin.TabularInline[Any, Any]):
    model = DistributionGroup
    formset = PartFormSet
    path_to_organisation = "queue__organisation"
    autocomplete_fields = ("team",)
    template = "admin/queues/_parts.html"
    verbose_name = _("team that serves this queue")
    verbose_name_plural = _("served by")

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        return 0 if obj else 1


@admin.register(Queue)
class QueueAdmin(SettingAdmin):
    list_display = ("name", "served_by", "priority", "is_active")
    list_filter = ("is_active", ("teams", OwnFilter))
    search_fields = ("folded",)
    inlines = (DistributionInline, AskedByQueueInline)
    fieldsets = (
        (None, {"fields": ("name", "description", "is_active")}),
        (_("When it is open"), {"fields": ("hours", "at_closing")}),
        (
            _("Waiting"),
            {
                "fields": (
                    "priority",
                    "service_level_threshold",
                    "first_response_threshold",
                    "max_waiting",
                    "max_time_in_queue",
                    "overflow_queue",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("teams")

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        changes.save_queue(
            form.instance,
            changed=changed_by(form),
            distribution=_distribution(parts),
            asked_skills=asks_of(parts),
        )

    def remove(self, request: HttpRequest, row: Any) -> None:
        queues.delete(row)

    @admin.display(description=_("Served by"))
    def served_by(self, queue: Any) -> str:
        return ", ".join(team.name for team in queue.teams.all()) or gettext("Nobody")


def _distribution(parts: list[Any]) -> list[queues.Group] | None:
    """Return who serves a queue, as a page's parts say; None: as it was."""
    rows = rows_of(parts_of(parts, DistributionGroup))
    if rows is None:
        return None
    return [queues.Group(values["team"], values["after_seconds"]) for values in rows]
