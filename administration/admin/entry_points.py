"""Administration of entry points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.base import SettingAdmin, changed_by
from administration.admin.entry_point_form import EntryPointForm
from administration.admin.parts import rows_of
from administration.admin.scope import OfSettings, OwnFilter, PartFormSet
from administration.admin.skills import (
    AskedByEntryPointInline,
    asks_of,
    parts_of,
)
from administration.services import changes
from contacts.services import opening
from core import clock
from queues.models import EntryPoint, ProactiveRule
from queues.services import proactive_rules

if TYPE_CHECKING:
    from django.http import HttpRequest


class RuleInline(OfSettings, admin.TabularInline[Any, Any]):
    model = ProactiveRule
    formset = PartFormSet
    path_to_organisation = "entry_point__organisation"
    template = "admin/queues/_parts.html"
    max_num = proactive_rules.MAX_RULES
    extra = 0


@admin.register(EntryPoint)
class EntryPointAdmin(SettingAdmin):
    form = EntryPointForm
    list_display = ("name", "chat_page", "queue", "assistant", "is_active")
    list_filter = ("is_active", ("queue", OwnFilter), ("assistant", OwnFilter))
    list_select_related = ("queue", "assistant")
    search_fields = ("folded",)
    readonly_fields = ("chat_page",)
    inlines = (RuleInline, AskedByEntryPointInline)
    change_form_template = "admin/queues/entrypoint/change_form.html"
    fieldsets = (
        (None, {"fields": ("name", "key", "chat_page", "is_active")}),
        (
            _("Where chats go"),
            {
                "fields": (
                    "queue",
                    "assistant",
                    "assistant_outside_hours",
                    "priority",
                )
            },
        ),
        (
            _("The chat page"),
            {"fields": ("language", "greeting", "prechat_fields", "farewell")},
        ),
        (
            _("Brand and consent"),
            {
                "fields": (
                    *("logo", "remove_logo", "colour"),
                    *("privacy_url", "consent_text"),
                )
            },
        ),
        (_("When nobody can chat"), {"fields": ("offline_messages",)}),
        (
            _("On other sites"),
            {
                "fields": (
                    "allowed_origins",
                    "identity_secret",
                    "remove_identity_secret",
                )
            },
        ),
    )

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        changes.save_entry_point(
            form.instance,
            changed=changed_by(form),
            logo=form.wanted_logo(),
            rules=_rules(parts),
            asked_skills=asks_of(parts),
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        point = kwargs["obj"]
        if point is not None:
            page = request.build_absolute_uri(reverse("chat", args=[point.key]))
            script = request.build_absolute_uri("/widget.js")
            snippet = {"point": point, "address": page, "widget": script}
            reason = opening.closed_reason(point, clock.now())
            context |= {
                "address": page,
                "is_outside_hours": reason is opening.ClosedReason.OUTSIDE_HOURS,
                "script": script,
                "widget": _snippet("admin/queues/_widget.html", snippet),
                "link": _snippet("admin/queues/_link.html", snippet),
                "frame": _snippet("admin/queues/_frame.html", snippet),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("Chat page"))
    def chat_page(self, point: Any) -> str:
        if not point.key or point._state.adding:
            return gettext("Known once saved")
        return format_html(
            '<a href="/chat/{0}/" target="_blank">/chat/{0}/</a>', point.key
        )


def _rules(parts: list[Any]) -> list[ProactiveRule] | None:
    """Return what a page says of invitations, in its order; None: as it was."""
    rows = rows_of(parts_of(parts, ProactiveRule))
    if rows is None:
        return None
    return [_rule(row) for row in sorted(rows, key=lambda row: row["position"])]


def _rule(values: dict[str, Any]) -> ProactiveRule:
    return ProactiveRule(**{name: values[name] for name in ProactiveRule.settings()})


def _snippet(template: str, context: dict[str, Any]) -> str:
    """Return HTML to show as text, for somebody's own site."""
    language = context["point"].language or translation.get_language()
    with translation.override(language):
        return str.strip(render_to_string(template, context))
