"""Administration of the reasons for which conversations end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.base import changed_by
from administration.admin.exchange import ExchangeAdmin
from administration.admin.forms import SettingForm
from administration.admin.resources import CodeResource
from administration.admin.scope import OwnFilter
from wrapup.models import WrapUpCode
from wrapup.services import codes

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet
    from django.http import HttpRequest


class WrapUpCodeForm(SettingForm):
    def check(self, exclude: Collection[str]) -> None:
        codes.check(
            self.instance, exclude=exclude, queues=self.cleaned_data.get("queues")
        )


class WrapUpCodeResource(CodeResource):
    class Meta:
        model = WrapUpCode
        fields = WrapUpCode.settings()


@admin.register(WrapUpCode)
class WrapUpCodeAdmin(ExchangeAdmin):
    resource_classes = [WrapUpCodeResource]
    form = WrapUpCodeForm
    list_display = ("name", "description", "queue_names", "is_default", "is_active")
    list_filter = ("is_active", ("queues", OwnFilter))
    search_fields = ("folded",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("queues")

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        codes.save(
            form.instance,
            changed=changed_by(form),
            queues=form.cleaned_data.get("queues"),
        )

    def remove(self, request: HttpRequest, row: Any) -> None:
        codes.delete(row)

    @admin.display(description=_("Queues"))
    def queue_names(self, code: Any) -> str:
        return ", ".join(q.name for q in code.queues.all()) or gettext("Every queue")
