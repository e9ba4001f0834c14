"""Rows of one kind to and from a file: the admin's form and its service judge each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import ForeignKey
from django.utils.translation import gettext
from import_export.resources import ModelResource
from tablib import Dataset

from administration.admin import cells, csv_file
from core import text
from core.cells import escaped, unescaped
from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

    from administration.admin.csv_file import Line
    from administration.admin.forms import SettingForm


LONG = 30  # characters that need a wide column to be read


class Cell(NamedTuple):
    """What stands in a column before and after."""

    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after

    @property
    def is_long(self) -> bool:
        return max(len(self.before), len(self.after)) > LONG


class Mistake(NamedTuple):
    """What is wrong in a row; no column: in all of it."""

    number: int
    column: str
    sentence: str


class SettingResource(ModelResource):  # type: ignore[misc]
    """Reads and writes files of the page's own organisation.

    `needed` are the columns that no file can do without, `written` those that are read
    but never exported; `row_form` stands in for the page's form.
    """

    needed: ClassVar[tuple[str, ...]]
    written: ClassVar[tuple[str, ...]] = ()
    row_form: ClassVar[type[SettingForm] | None] = None
    # Whether a row is known by its key alone, and not by one that looks alike.
    is_exact: ClassVar[bool] = False

    class Meta:
        # What differs is told by `after_import_row`, without the library's markup.
        skip_diff = True
        store_instance = True
        use_transactions = True
        chunk_size = csv_file.MAX_ROWS

    def __init__(self, *, page: Any, request: HttpRequest) -> None:
        super().__init__()
        self.page, self.request = page, request
        options = {"form": self.row_form} if self.row_form else {}
        self.form_class: type[SettingForm] = page.get_form(request, **options)
        self.columns: list[str] = [*self._meta.fields, *self.written]
        self.key: str = self._meta.import_id_fields[0]
        self.is_rehearsal = True
        self.names: dict[str, cells.Names] = {}

    @property
    def key_name(self) -> str:
        return str(self._meta.model._meta.get_field(self.key).verbose_name)

    def hints(self) -> Iterator[tuple[str, str]]:
        """Yield the columns of a file, and what they hold."""
        for name in self.columns:
            field = self.form_class.base_fields[self.form_class.spoken.get(name, name)]
            needed = gettext("Needed.") if name in self.needed else ""
            words = (needed, str(field.help_text), cells.format_of(field))
            yield name, " ".join(filter(None, words))

    # --- A file's life ---------------------------------------------------------
    def read(self, content: str) -> None:
        """Take the rows of a file. Raise ValidationError."""
        lines = csv_file.read(content, columns=self.columns, needed=self.needed)
        for _, row in lines:
            for name in row.keys() - {*self.written}:
                row[name] = unescaped(row[name])
            row[self.key] = self.spelt(row.get(self.key, ""))
        self.lines = sorted(lines, key=self.rank)
        self.present = [name for name in self.columns if name in lines[0].cells]
        self.contradictions = dict(reversed(list(self.contradicting(lines))))

    def rehearse(self) -> Any:
        """Return what the file would do; nothing is stored."""
        return self.import_data(self._dataset(), dry_run=True)

    def carry_out(self) -> Any:
        """Store every row, or none where one is wrong; return what was done."""
        self.is_rehearsal = False
        return self.import_data(self._dataset(), rollback_on_validation_errors=True)

    def mistakes(self, result: Any) -> list[Mistake]:
        """Return what is wrong in the file, from top to bottom."""
        spoken = {field: column for column, field in self.form_class.spoken.items()}
        spoken[NON_FIELD_ERRORS] = ""
        return sorted(
            Mistake(self.lines[row.number - 1].number, spoken.get(name, name), sentence)
            for row in result.invalid_rows
            for name, sentences in row.error_dict.items()
            for sentence in sentences
        )

    def _dataset(self) -> Dataset:
        rows = [[line.cells[name] for name in self.present] for line in self.lines]
        return Dataset(*rows, headers=self.present)

    # --- What the kinds decide ---------------------------------------------------
    def spelt(self, key: str) -> str:
        """Return the key of a row as it is stored."""
        return key.strip()

    def rank(self, line: Line) -> Any:
        """Return what orders the rows; a rule may hold in one order only."""
        return line.number

    def contradicting(self, lines: list[Line]) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the numbers of rows that others contradict, and why."""
        seen: dict[str, int] = {}
        for line in lines:
            key = line.cells[self.key]
            alike = key if self.is_exact else text.folded(key)
            first = seen.setdefault(alike, line.number)
            if first != line.number and key:
                sentence = gettext("“%(key)s” stands in row %(first)s already.") % {
                    "key": key,
                    "first": first,
                }
                yield line.number, {self.key: sentence}

    def store(self, form: SettingForm) -> None:
        """Store a row as its page does. Raise the refusal."""
        self.page.store(self.request, form, [])

    # --- To files ------------------------------------------------------------------
    def export_field(self, field: Any, instance: Model, **options: Any) -> str:
        return escaped(self.said(instance, field.column_name))

    def said(self, instance: Any, column: str) -> str:
        """Return what a column says of a row."""
        return cells.spoken(getattr(instance, column))

    def rows(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows with what a file says of them."""
        fields = self._meta.model._meta.concrete_fields
        links = [
            field.name
            for field in fields
            if isinstance(field, ForeignKey) and field.name in self._meta.fields
        ]
        return queryset.select_related(*links) if links else queryset

    # --- From files: what the library calls, in its order -------------------------
    def before_import(self, dataset: Dataset, **options: Any) -> None:
        own = self.page.get_queryset(self.request)
        names = () if self.is_exact else own.values_list(self.key, flat=True)
        self.keys = cells.Names(names)
        keys = [self.keys.spelt(line.cells[self.key]) for line in self.lines]
        own = self.rows(own.filter(**{f"{self.key}__in": keys}))
        self.existing = {getattr(row, self.key): row for row in own}

    def import_row(self, row: Any, instance_loader: Any, **options: Any) -> Any:
        result = super().import_row(row, instance_loader, **options)
        for each in result.errors:
            # Not the file's fault.
            raise each.error
        return result

    def handle_import_error(self, result: Any, error: Any, *options: Any) -> None:
        raise error

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        # Nothing is renamed: what looks alike keeps its own spelling.
        row[self.key] = self.keys.spelt(row[self.key])
        return self.existing.get(row[self.key])

    def init_instance(self, row: Any = None) -> Any:
        return self._meta.model()

    def after_init_instance(
        self, instance: Any, new: bool, row: Any, **options: Any
    ) -> None:
        self.before = dict.fromkeys(self.present, "") if new else self._words(instance)

    def import_instance(self, instance: Any, row: Any, **options: Any) -> None:
        number = self.lines[options["row_number"] - 1].number
        if number in self.contradictions:
            raise ValidationError(self.contradictions[number])
        self.form = self._filled(instance, row)
        if not self.form.is_valid():
            raise ValidationError(self.form.errors.as_data())

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = ()
    ) -> bool:
        if import_validation_errors or instance._state.adding:
            return False
        return not self.form.has_changed()

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        try:
            self.store(self.form)
        except DomainError as refusal:
            self.form.refuse(refusal)
            raise ValidationError(self.form.errors.as_data()) from refusal

    def save_m2m(self, instance: Any, row: Any, **options: Any) -> None:
        """Nothing: the service stored them."""

    def after_import_row(self, row: Any, row_result: Any, **options: Any) -> None:
        if not self.is_rehearsal:
            return
        row_result.number = self.lines[options["row_number"] - 1].number
        after = {**self._words(row_result.instance), **self._unspoken(row)}
        row_result.diff = [
            Cell(self.before.get(name, ""), after[name]) for name in self.present
        ]

    def _words(self, instance: Any) -> dict[str, str]:
        return {
            name: self.said(instance, name)
            for name in self.present
            if name not in self.written
        }

    def _unspoken(self, row: Any) -> dict[str, str]:
        """Return what stands for values that nobody is shown."""
        return {name: "(new)" if row.get(name) else "" for name in self.written}

    # --- The form of a row -----------------------------------------------------------
    def _filled(self, instance: Any, row: Any) -> SettingForm:
        """Return the page's form as if somebody had typed the row into it."""
        form = self.form_class(data={}, instance=instance)
        columns = {form.spoken.get(name, name): name for name in self.present}
        for name in list(form.fields):
            if name not in columns:
                # What the file says nothing of stays as it is.
                del form.fields[name]
                continue
            read = cells.fit(form, name, row[columns[name]], self._names)
            form.data[name] = read  # type: ignore[index]
        return form

    def _names(self, name: str, field: Any) -> cells.Names:
        """Return the names a field knows, read once for the whole file."""
        if name not in self.names:
            rows = field.queryset.values_list("name", flat=True)
            self.names[name] = cells.Names(rows)
        return self.names[name]
