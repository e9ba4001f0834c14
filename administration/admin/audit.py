"""Administration of the audit trail: to search and to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.base import RecordAdmin
from administration.admin.scope import OwnFilter, moment
from administration.admin.trail_words import before_and_after, summary
from administration.marks import NOTHING
from agents.models import AppendOnly, AuditEntry
from agents.services import trail
from agents.services.sign_ins import UNKNOWN
from core.wording import shown

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class KindFilter(admin.SimpleListFilter):
    """What the entries are about: the kinds that have pages here, and no account."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, page: Any) -> list[tuple[str, str]]:
        models = page.admin_site._registry
        kinds = {trail.kind_of(m) for m in models if not issubclass(m, AppendOnly)}
        return [(kind, _words(kind)) for kind in sorted({*kinds, UNKNOWN})]

    def queryset(self, request: HttpRequest, entries: QuerySet[Any]) -> QuerySet[Any]:
        return entries.filter(kind=self.value()) if self.value() else entries


@admin.register(AuditEntry)
class AuditEntryAdmin(RecordAdmin):
    list_display = ("time", "person", "action", "what", "changed", "why", "address")
    list_filter = ("action", ("actor", OwnFilter), KindFilter)
    search_fields = ("folded",)
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    fields = (
        ("time", "person", "address"),
        ("action", "what"),
        "why",
    )
    readonly_fields = ("time", "person", "what", "why")
    change_form_template = "admin/agents/auditentry/change_form.html"

    @admin.display(description=_("Time"), ordering="at")
    def time(self, entry: Any) -> str:
        return moment(entry.at)

    @admin.display(description=_("Person"), ordering="actor_name")
    def person(self, entry: Any) -> str:
        return entry.actor_name or NOTHING

    @admin.display(description=_("What"), ordering="object_name")
    def what(self, entry: Any) -> str:
        return f"{_words(entry.kind)} {_name(entry)}".strip() or NOTHING

    @admin.display(description=_("Changes"))
    def changed(self, entry: Any) -> str:
        return summary(entry.changes) or NOTHING

    @admin.display(description=_("Reason"), ordering="reason")
    def why(self, entry: Any) -> str:
        return shown(entry.reason) or NOTHING

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        context = {"title": gettext("Audit trail"), **(extra_context or {})}
        return super().changelist_view(request, context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        entry: AuditEntry = kwargs["obj"]
        context |= {
            "changes": before_and_after(entry.changes),
            "page": self._page_of(request, entry),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def _page_of(self, request: HttpRequest, entry: AuditEntry) -> str:
        """Return the address of what it is about; empty where that is gone."""
        for model, page in self.admin_site._registry.items():
            if trail.kind_of(model) == entry.kind and entry.object_id:
                return _address(page, request, model, entry.object_id)
        return ""


def _name(entry: AuditEntry) -> str:
    """Return what it is about; of all rows of a kind that is said in our words."""
    return entry.object_name if entry.object_id else shown(entry.object_name)


def _words(kind: str) -> str:
    """Return what the rows of a kind are called."""
    for model in apps.get_models():
        if trail.kind_of(model) == kind:
            return str(model._meta.verbose_name)
    return shown(kind.replace("_", " "))


def _address(page: Any, request: HttpRequest, model: type[Model], key: str) -> str:
    row = page.get_object(request, key)
    if row is None or not page.has_view_permission(request, row):
        return ""
    options = model._meta
    try:
        return reverse(
            f"admin:{options.app_label}_{options.model_name}_change", args=[key]
        )
    except NoReverseMatch:
        return ""
