"""Files of articles: CSV as for other settings, and Markdown, one file an article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin import csv_file, markdown_files
from administration.admin.cells import number_in
from administration.admin.exchange import UploadForm
from administration.admin.imports import SettingResource
from core.languages import LONGEST
from core.text import folded
from queues.models import Article, ArticleState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tablib import Dataset

    from administration.admin.csv_file import Line


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, at least one."""

    widget = SeveralFilesInput

    def clean(self, value: Any, initial: Any = None) -> Any:
        files = value if isinstance(value, list) else [value]
        return [super(FilesField, self).clean(file, initial) for file in files]


class ArticleUploadForm(UploadForm):
    """A CSV file, or files of Markdown."""

    file = FilesField(
        label=_("Files"),
        widget=SeveralFilesInput(attrs={"accept": ".csv,text/csv,.md,.markdown,.zip"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
        },
        help_text=format_lazy(
            _(
                "A CSV file as below; or Markdown: one or more .md files, or a .zip of "
                "them, each an article. Its title is the first heading of the first "
                "level, else the file's name. In UTF-8, at most {articles} articles "
                "and {kilobytes} KB."
            ),
            articles=csv_file.MAX_ROWS,
            kilobytes=csv_file.MAX_BYTES // 1024,
        ),
    )
    language = forms.CharField(
        required=False,
        max_length=LONGEST,
        label=_("Language of Markdown"),
        help_text=_(
            "Such as en, de or pt-BR. An article with the same title in this "
            "language is changed."
        ),
    )
    state = forms.ChoiceField(
        choices=ArticleState.choices,
        required=False,
        label=_("State of Markdown"),
    )

    def clean_file(self) -> Any:
        """Return the files: they are read when all fields are known."""
        return self.cleaned_data["file"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "file" in values:
            try:
                values["file"] = self._read(values["file"])
            except forms.ValidationError as error:
                self.add_error("file", error)
        return values

    def _read(self, files: Sequence[Any]) -> str:
        """Return the text of a CSV file, which the resource has read."""
        if sum(file.size for file in files) > csv_file.MAX_BYTES:
            kilobytes = csv_file.MAX_BYTES // 1024
            raise forms.ValidationError(
                gettext("More than %(kilobytes)s KB in all.") % {"kilobytes": kilobytes}
            )
        if all(markdown_files.is_markdown(file.name) for file in files):
            text = markdown_files.as_rows(
                (markdown_files.Written(file.name, file.read()) for file in files),
                language=self.cleaned_data.get("language", ""),
                state=self.cleaned_data.get("state") or ArticleState.DRAFT,
            )
        elif len(files) == 1:
            text = csv_file.decoded(files[0].read())
        else:
            sentence = gettext("Choose one CSV file, or files that end in .md or .zip.")
            raise forms.ValidationError(sentence)
        self.resource.read(text)
        return text


class ArticleResource(SettingResource):
    """A row is known by its id, or, without one, by its title in its language."""

    needed = ("title", "body")
    is_exact = True
    is_new = False

    class Meta:
        model = Article
        import_id_fields = ("id",)
        fields = ("id", *Article.settings())

    @property
    def key_name(self) -> str:
        return gettext("id or, without one, its title in its language")

    def hints(self) -> Iterator[tuple[str, str]]:
        yield (
            "id",
            gettext("The number of an article that is there. Empty with a new one."),
        )
        columns, self.columns = self.columns, self.columns[1:]
        yield from super().hints()
        self.columns = columns

    def spelt(self, key: str) -> str:
        number = number_in(key.strip())
        return key.strip() if number is None else str(number)

    def contradicting(self, lines: list[Line]) -> Iterator[tuple[int, dict[str, str]]]:
        yield from super().contradicting(lines)
        seen: dict[tuple[str, str], int] = {}
        for line in lines:
            first = seen.setdefault(_called(line), line.number)
            if first != line.number:
                title = line.cells["title"].strip()
                sentence = gettext("“%(title)s” stands in row %(first)s already.") % {
                    "title": title,
                    "first": first,
                }
                yield line.number, {"title": sentence}

    def before_import(self, dataset: Dataset, **options: Any) -> None:
        own = self.page.get_queryset(self.request)
        self.titles: dict[tuple[str, str], list[str]] = {}
        known = own.values_list("pk", "title", "language").order_by("pk")
        for pk, title, language in known:
            for called in ((folded(title), language), (folded(title), "any")):
                self.titles.setdefault(called, []).append(str(pk))
        meant = {line.number: self._meant(line.cells) for line in self.lines}
        numbers = [*map(number_in, meant.values())]
        rows = own.filter(pk__in=[number for number in numbers if number is not None])
        self.existing = {str(row.pk): row for row in rows}
        for number, key in meant.items():
            if key and key not in self.existing:
                sentence = gettext(
                    "There is no article “%(key)s” here. Empty: a new one."
                ) % {"key": key}
                self.contradictions.setdefault(number, {"id": sentence})

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        return self.existing.get(self._meant(row))

    def after_init_instance(
        self, instance: Any, new: bool, row: Any, **options: Any
    ) -> None:
        self.is_new = new
        super().after_init_instance(instance, new, row, **options)

    def _meant(self, row: Any) -> str:
        """Return the id of the article that a row is about; empty: none is there."""
        if row["id"]:
            return str(row["id"])
        language = row.get("language", "any").strip()
        alike = self.titles.get((folded(row["title"]), language), [])
        return alike[0] if len(alike) == 1 else ""

    def _words(self, instance: Any) -> dict[str, str]:
        words = super()._words(instance)
        # What it got for the preview is not what it will get.
        return words | {"id": ""} if self.is_new else words


def _called(line: Line) -> tuple[str, str]:
    return folded(line.cells["title"]), line.cells.get("language", "").strip()
