"""Pages whose rows come from and go to CSV files.

A file is not kept between its preview and its import: the page carries it, signed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV

from administration.admin import csv_file
from administration.admin.base import SettingAdmin
from administration.admin.scope import own_organisation
from agents.services import trail
from core.wording import english

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from administration.admin.imports import SettingResource

PREVIEW_SECONDS = 60 * 60
DOINGS = {"new": _("New"), "update": _("Changed"), "skip": _("Unchanged")}


class Csv(CSV):  # type: ignore[misc]
    CONTENT_TYPE = "text/csv; charset=utf-8"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
        },
        help_text=format_lazy(
            _("In UTF-8, with at most {rows} rows and {kilobytes} KB."),
            rows=csv_file.MAX_ROWS,
            kilobytes=csv_file.MAX_BYTES // 1024,
        ),
    )

    def __init__(self, resource: SettingResource, **options: Any) -> None:
        super().__init__(**options)
        self.resource = resource

    def clean_file(self) -> str:
        """Return the text of the file, which the resource has read."""
        upload = self.cleaned_data["file"]
        if upload.size > csv_file.MAX_BYTES:
            kilobytes = csv_file.MAX_BYTES // 1024
            raise ValidationError(
                gettext("This file has more than %(kilobytes)s KB.")
                % {"kilobytes": kilobytes}
            )
        text = csv_file.decoded(upload.read())
        self.resource.read(text)
        return text


class ExchangeAdmin(ImportExportMixin, SettingAdmin):  # type: ignore[misc]
    """Pages to configure, with rows from and to files, of one organisation each."""

    resource_classes: ClassVar[list[type[SettingResource]]]
    upload_form: ClassVar[type[UploadForm]] = UploadForm
    skip_export_form = True
    # Spreadsheets know UTF-8 by its mark.
    to_encoding = "utf-8-sig"

    def has_import_permission(self, request: HttpRequest) -> bool:
        """A file does not name an organisation, so only people of one may import."""
        own = own_organisation(request) is not None
        return own and self.has_add_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        own = own_organisation(request) is not None
        return own and self.has_view_permission(request)

    # --- Export ---------------------------------------------------------------------
    def get_export_formats(self) -> list[Any]:
        return [Csv]

    def get_export_resource_kwargs(
        self, request: HttpRequest, **options: Any
    ) -> dict[str, Any]:
        return {"page": self, "request": request}

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_export_queryset(request)
        exported = self._resource(request).rows(rows)
        trail.note_export(self.model, rows=exported.count())
        return exported

    def get_export_filename(
        self, request: HttpRequest, queryset: Any, file_format: Any
    ) -> str:
        return f"{slugify(english(self.opts.verbose_name_plural))}.csv"

    @method_decorator(require_safe)
    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Answer the rows of the list, as it is filtered, as a file."""
        try:
            with transaction.atomic():
                answer: HttpResponse = super().export_action(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{self._address('changelist')}?e=1")
        return answer

    # --- Import ---------------------------------------------------------------------
    def import_action(self, request: HttpRequest, **options: Any) -> HttpResponse:
        """Take a file and show what it would do."""
        resource = self._resource(request)
        sent = {"data": request.POST, "files": request.FILES}
        form = self.upload_form(resource, **(sent if request.method == "POST" else {}))
        if not form.is_valid():
            return self._page(request, {"form": form, "resource": resource})
        result = resource.rehearse()
        return self._preview(request, resource, result, form.cleaned_data["file"])

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **options: Any) -> HttpResponse:
        """Do what the preview showed, or say what has come between."""
        resource = self._resource(request)
        try:
            text = signing.loads(
                request.POST.get("file", ""),
                salt=self._salt(request),
                max_age=PREVIEW_SECONDS,
            )
        except signing.BadSignature:
            sentence = gettext("This preview is too old. Choose the file again.")
            self.message_user(request, sentence, messages.ERROR)
            return HttpResponseRedirect(self._address("import"))
        resource.read(text)
        result = self._carry_out(request, resource)
        if result.invalid_rows:
            return self._preview(request, resource, result, text)
        self.message_user(request, _done(result), messages.SUCCESS)
        return HttpResponseRedirect(self._address("changelist"))

    @transaction.atomic
    def _carry_out(self, request: HttpRequest, resource: SettingResource) -> Any:
        result = resource.carry_out()
        if not result.invalid_rows:
            self._note(request, result)
        return result

    @staticmethod
    def _note(request: HttpRequest, result: Any) -> None:
        """Write the import into the rows' histories."""
        who = request.user.pk
        assert who is not None, "admin_view lets nobody in who is not signed in"
        for doing, flag in (("new", ADDITION), ("update", CHANGE)):
            rows = [row.instance for row in result.rows if row.import_type == doing]
            LogEntry._default_manager.log_actions(
                who, rows, flag, gettext("Imported from a file.")
            )

    # --- Pages ------------------------------------------------------------------------
    def _preview(
        self, request: HttpRequest, resource: SettingResource, result: Any, text: str
    ) -> HttpResponse:
        shown: dict[str, Any] = {"resource": resource}
        if result.invalid_rows:
            shown["mistakes"] = resource.mistakes(result)
            shown["form"] = self.upload_form(resource)
            return self._page(request, shown)
        rows = sorted(result.rows, key=lambda row: row.number)
        shown["rows"] = [
            (row.number, DOINGS[row.import_type], row.diff) for row in rows
        ]
        shown["summary"] = _counted(result)
        if result.totals["skip"] != len(rows):
            shown["file"] = signing.dumps(text, salt=self._salt(request), compress=True)
        return self._page(request, shown)

    def _page(self, request: HttpRequest, shown: dict[str, Any]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **shown,
            "opts": self.opts,
            "title": gettext("Import %(verbose_name_plural)s")
            % {"verbose_name_plural": self.opts.verbose_name_plural},
        }
        return TemplateResponse(request, "admin/import_export/import.html", context)

    def _resource(self, request: HttpRequest) -> SettingResource:
        if not self.has_import_permission(request):
            raise PermissionDenied
        return self.resource_classes[0](page=self, request=request)

    def _address(self, name: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}")

    def _salt(self, request: HttpRequest) -> str:
        """A preview is its reader's, for rows of one kind and organisation."""
        who = f"{request.user.pk}.{own_organisation(request)}"
        return f"import.{self.opts.label_lower}.{who}"


def _counted(result: Any) -> str:
    """Return how many rows are new, changed and unchanged."""
    return ", ".join(
        f"{result.totals[each]} {word.lower()}" for each, word in DOINGS.items()
    )


def _done(result: Any) -> str:
    return gettext("Imported: %(counted)s.") % {"counted": _counted(result)}
