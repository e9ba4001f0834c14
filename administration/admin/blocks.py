"""Administration of those who may open no chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.base import SettingAdmin, changed_by
from administration.admin.forms import SettingForm
from administration.admin.scope import moment
from contacts.models import Block
from contacts.services import blocks
from core import clock

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpRequest


class BlockForm(SettingForm):
    def check(self, exclude: Collection[str]) -> None:
        is_new_end = "ends_at" in self.changed_data
        now = clock.now()
        blocks.check(self.instance, now=now, exclude=exclude, is_new_end=is_new_end)


@admin.register(Block)
class BlockAdmin(SettingAdmin):
    form = BlockForm
    list_display = ("value", "kind", "reason", "until")
    list_filter = ("kind",)
    search_fields = ("folded",)
    fieldsets = ((None, {"fields": ("kind", "value", "reason", "ends_at")}),)

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        changed = changed_by(form)
        blocks.save(form.instance, now=clock.now(), changed=changed)

    @admin.display(description=_("Until"), ordering="ends_at")
    def until(self, block: Any) -> str:
        if block.ends_at is None:
            return gettext("For good")
        over = " (over)" if block.is_over(clock.now()) else ""
        return f"{moment(block.ends_at)}{over}"
