"""The pages of one kind of row: to read, or to configure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst

from administration.admin.change_lists import RecordList
from administration.admin.forms import SettingForm
from administration.admin.scope import (
    OfSettings,
    Scoped,
    has_organisation,
    own_organisation,
)
from agents.services import configuration
from core.errors import DomainError
from core.pagination import LongLists
from core.search import having_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

COMPARISONS = {
    "exact",
    "in",
    "isnull",
    "gt",
    "gte",
    "lt",
    "lte",
    "year",
    "month",
    "day",
}


class ScopedAdmin(Scoped, admin.ModelAdmin[Any]):
    """Pages of one kind of row, within the organisation."""

    list_per_page = 50
    paginator = LongLists

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self._with_organisation(super().get_list_display(request), request)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return self._with_organisation(super().get_list_filter(request), request)

    def get_list_select_related(self, request: HttpRequest) -> Any:
        related: Any = super().get_list_select_related(request) or ()
        return self._with_organisation(related, request)

    def _with_organisation(
        self, columns: Sequence[Any], request: HttpRequest
    ) -> list[Any]:
        if own_organisation(request) is None and has_organisation(self.model):
            return [*columns, "organisation"]
        return list(columns)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search in folded columns: the list, its file, fields that are completed."""
        return queryset.filter(self.searched(request, search_term)), False

    def searched(self, request: HttpRequest, asked: str) -> Q:
        """Return the condition of a search."""
        return having_words(asked, self.search_fields)

    def lookup_allowed(
        self, lookup: str, value: Any, request: HttpRequest | None = None
    ) -> bool:
        """Allow what the page's own filters ask, and nothing else.

        Django lets any column of the row be asked for by its beginning.
        """
        filters = self.get_list_filter(request) if request else self.list_filter or ()
        asked = {_asked_by(item) for item in filters} | {self.date_hierarchy}
        path = lookup.split("__")
        if path[-1] in COMPARISONS:
            path.pop()
        if path and path[-1] == "id":
            path.pop()
        return "__".join(path) in asked

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        title = {"title": capfirst(str(self.model._meta.verbose_name_plural))}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def _get_obj_does_not_exist_redirect(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Http404

    def get_view_on_site_url(self, obj: Any = None) -> None:
        return None


def _asked_by(item: Any) -> str:
    """Return the column that a filter is about, or what its own choices are asked
    by."""
    name = item[0] if isinstance(item, tuple) else item
    return str(getattr(name, "parameter_name", name))


class RecordAdmin(ScopedAdmin):
    """Pages to read: what happened is not edited."""

    actions: Any = None
    change_form_template = "admin/record.html"
    # The whole of a narrowed list would be counted besides.
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[RecordList]:
        return RecordList

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SettingAdmin(OfSettings, ScopedAdmin):
    """Pages to configure: written by the services, refused in their words."""

    form = SettingForm
    save_on_top = False

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        """Store the form's row; `parts` are the formsets of its inlines."""
        configuration.save(form.instance, changed=changed_by(form), many=form.many())

    def remove(self, request: HttpRequest, row: Any) -> None:
        """Delete the row or raise the refusal."""
        configuration.delete(row)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if own_organisation(request) is None and has_organisation(self.model):
            return [(None, {"fields": ("organisation",)}), *fieldsets]
        return fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        # A row keeps its organisation: what it refers to lies there.
        return fields if obj is None else (*fields, "organisation")

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,
        **options: Any,
    ) -> Any:
        shown = configuration.organisation_of(obj) if obj else None
        request.shown_organisation = shown  # type: ignore[attr-defined]
        form: Any = super().get_form(request, obj, change=change, **options)
        who = {"acting": request.user, "own": own_organisation(request)}
        return type(form.__name__, (form,), who)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Nothing yet: the row is stored together with its parts."""

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        for formset in formsets:
            # Fills in what the history says; the service writes.
            formset.save(commit=False)
        self.store(request, form, formsets)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            return self._refused(request, refusal)

    def delete_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as refusal:
            return self._refused(request, refusal)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        try:
            # An action is done for all rows or for none.
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except DomainError as refusal:
            return self._refused(request, refusal)

    def _refused(self, request: HttpRequest, refusal: DomainError) -> HttpResponse:
        """Say what somebody else's change made impossible since the form was read."""
        self.message_user(request, refusal.detail, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remove(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def get_deleted_objects(
        self, objs: Iterable[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[str], list[Any]]:
        """Return what would go, how much of it, and the reasons that forbid it."""
        rows = list(objs)
        options = self.model._meta
        plural = options.verbose_name if len(rows) == 1 else options.verbose_name_plural
        return (
            [str(row) for row in rows],
            {plural: len(rows)},
            set(),
            self._try(request, rows),
        )

    def _try(self, request: HttpRequest, rows: list[Any]) -> list[str]:
        """Return why the rows cannot be deleted: do it, and take it back."""
        reasons = []
        with transaction.atomic():
            for row in rows:
                try:
                    with transaction.atomic():
                        self.remove(request, self.model._default_manager.get(pk=row.pk))
                except DomainError as refusal:
                    reasons.append(refusal.detail)
            transaction.set_rollback(True)
        return reasons


def changed_by(form: Any) -> set[str]:
    """Return the fields of the row that the form changed."""
    changed = set(form.changed_data)
    removed = {f.secret for name, f in form.removers.items() if name in changed}
    return changed | removed
