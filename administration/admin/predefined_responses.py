"""Administration of predefined responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.base import changed_by
from administration.admin.exchange import ExchangeAdmin
from administration.admin.responses import ResponseResource
from administration.admin.scope import OwnFilter
from administration.services import changes
from queues.models import PredefinedResponse

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


@admin.register(PredefinedResponse)
class PredefinedResponseAdmin(ExchangeAdmin):
    resource_classes = [ResponseResource]
    list_display = ("name", "beginning", "queue_names", "is_active")
    list_filter = ("is_active", ("queues", OwnFilter))
    search_fields = ("folded",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        # What people keep for themselves, nobody else sees.
        return rows.filter(owner=None).prefetch_related("queues")

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        changes.save_response(
            form.instance,
            changed=changed_by(form),
            queues=form.cleaned_data.get("queues"),
        )

    def remove(self, request: HttpRequest, row: Any) -> None:
        changes.delete_response(row)

    @admin.display(description=_("Text"))
    def beginning(self, response: Any) -> str:
        return Truncator(response.text).chars(80)

    @admin.display(description=_("Queues"))
    def queue_names(self, response: Any) -> str:
        return ", ".join(q.name for q in response.queues.all()) or gettext(
            "Every queue"
        )
