"""What an administrator sees: the rows of the own organisation, and nothing else.

Everything a page shows or accepts is limited to it: lists, filters, choices,
autocompletes, histories, actions, parts, pages of single rows. The platform's
superuser sees all organisations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import FieldDoesNotExist
from django.db.models import (
    Field,
    ForeignKey,
    ManyToManyField,
    Model,
    TextField,
    URLField,
)
from django.forms import (
    BaseInlineFormSet,
    CheckboxSelectMultiple,
    ModelChoiceField,
    SplitDateTimeWidget,
    Textarea,
    URLInput,
)
from django.http import Http404, HttpRequest
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext

from agents.models import Agent, Organisation
from agents.services import configuration

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

SMALL = Textarea(attrs={"rows": 3, "cols": 60})
ADDRESS = URLInput(attrs={"class": "vURLField"})


def own_organisation(request: HttpRequest) -> int | None:
    """Return the id of the organisation to stay in; None: the platform's superuser."""
    person = request.user
    if not isinstance(person, Agent) or not person.is_staff:
        raise Http404
    if person.is_superuser:
        return None
    # Nobody belongs to organisation 0.
    return person.organisation_id or 0


def path_to_organisation(model: type[Model], site: admin.AdminSite) -> str:
    """Return the lookup that leads from a model to its organisation."""
    if model is Organisation:
        return "pk"
    registered = site._registry.get(model)
    return getattr(registered, "path_to_organisation", "organisation")


def within(
    rows: QuerySet[Any], request: HttpRequest, path: str = "organisation"
) -> QuerySet[Any]:
    """Return those of the rows that the person may see."""
    own = own_organisation(request)
    return rows if own is None else rows.filter(**{path: own})


def moment(at: datetime) -> str:
    """Return a time as lists show it: short, sortable, in the organisation's zone."""
    return date_format(localtime(at), "DATETIME_FORMAT")


class OwnFilter(admin.RelatedFieldListFilter):
    """A filter by a related row that offers the organisation's own rows only."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[Any, Any]]:
        own = own_organisation(request)
        path = path_to_organisation(field.related_model, model_admin.admin_site)
        ordering = self.field_admin_ordering(field, request, model_admin)
        choices: list[tuple[Any, Any]] = field.get_choices(
            include_blank=False,
            ordering=ordering,
            limit_choices_to={} if own is None else {path: own},
        )
        return choices


class Scoped(BaseModelAdmin[Any]):
    """What pages of rows and their inlines have in common."""

    path_to_organisation: ClassVar[str] = "organisation"
    formfield_overrides: ClassVar[Any] = {
        TextField: {"widget": SMALL},
        URLField: {"widget": ADDRESS, "assume_scheme": "https"},
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return within(super().get_queryset(request), request, self.path_to_organisation)

    def get_field_queryset(
        self, db: str | None, db_field: Any, request: HttpRequest
    ) -> QuerySet[Any]:
        """Offer the organisation's own rows only (of the row's, to a superuser)."""
        model = db_field.remote_field.model
        rows = super().get_field_queryset(db, db_field, request)
        rows = model._default_manager.all() if rows is None else rows
        path = path_to_organisation(model, self.admin_site)
        shown: int | None = getattr(request, "shown_organisation", None)
        if shown is not None:
            rows = rows.filter(**{path: shown})
        return within(rows, request, path)

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **options: Any
    ) -> Any:
        if isinstance(db_field, ForeignKey) and db_field.null:
            options.setdefault("empty_label", gettext("None"))
        if isinstance(db_field, ManyToManyField):
            options.setdefault(
                "widget", CheckboxSelectMultiple(attrs={"class": "checks"})
            )
        if db_field.name == "organisation":
            options.setdefault(
                "help_text", gettext("Whose it is; it stays there for good.")
            )
        field = super().formfield_for_dbfield(db_field, request, **options)
        widget = getattr(field, "widget", None)
        if field is not None and isinstance(widget, SplitDateTimeWidget):
            for part, name in zip(widget.widgets, ("date", "time"), strict=True):
                part.attrs["aria-label"] = f"{capfirst(str(field.label))}, {name}"
        if isinstance(widget, RelatedFieldWidgetWrapper):
            # One thing at a time: other rows have pages of their own.
            widget.can_change_related = widget.can_delete_related = False
            widget.can_view_related = False
            widget.can_add_related &= isinstance(db_field, ForeignKey)
        return field

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may_enter(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_enter(request) and self._is_own(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def organisation_of(self, row: Any) -> int | None:
        """Return the id of the organisation the row belongs to."""
        return configuration.organisation_of(row)

    def _is_own(self, request: HttpRequest, row: Any) -> bool:
        own = own_organisation(request)
        return own is None or row is None or self.organisation_of(row) == own


class OfSettings(Scoped):
    """Shows every setting of its model: `fieldsets` put them into groups, and what no
    group names stands in one of its own, at the end. A page with `fields`, of a model
    that declares no settings, shows those."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if self.fields:
            return super().get_fieldsets(request, obj)
        groups = list(self.fieldsets or ())
        named = flatten_fieldsets(groups)
        rest = [name for name in self.model.settings() if name not in named]
        title = gettext("More") if groups else None
        return [*groups, (title, {"fields": rest})] if rest else groups


def _may_enter(request: HttpRequest) -> bool:
    person = request.user
    return isinstance(person, Agent) and person.is_active and person.is_staff


class PartFormSet(BaseInlineFormSet[Any, Any, Any]):
    """The parts of a row; the ids of others' parts are unknown here."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for part in form.fields.values():
            # In a table of parts the column's heading is no label of the field.
            part.widget.attrs.setdefault("aria-label", capfirst(str(part.label or "")))
        field = form.fields.get("id")
        if isinstance(field, ModelChoiceField):
            field.queryset = self.get_queryset()


def has_organisation(model: type[Model]) -> bool:
    try:
        model._meta.get_field("organisation")
    except FieldDoesNotExist:
        return False
    return True
