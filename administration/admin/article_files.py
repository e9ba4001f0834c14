"""Files of articles: CSV as for other settings, and Markdown, one file an article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from administration.admin.imports import SettingResource
from core.text import folded
from queues.models import Article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tablib import Dataset

    from administration.admin.csv_file import Line


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
        return "id or, without one, its title in its language"

    def hints(self) -> Iterator[tuple[str, str]]:
        yield "id", "The number of an article that is there. Empty with a new one."
        columns, self.columns = self.columns, self.columns[1:]
        yield from super().hints()
        self.columns = columns

    def spelt(self, key: str) -> str:
        number = key.strip()
        return str(int(number)) if number.isdecimal() else number

    def contradicting(self, lines: list[Line]) -> Iterator[tuple[int, dict[str, str]]]:
        yield from super().contradicting(lines)
        seen: dict[tuple[str, str], int] = {}
        for line in lines:
            first = seen.setdefault(_called(line), line.number)
            if first != line.number:
                title = line.cells["title"].strip()
                sentence = f"“{title}” stands in row {first} already."
                yield line.number, {"title": sentence}

    def before_import(self, dataset: Dataset, **options: Any) -> None:
        own = self.page.get_queryset(self.request)
        self.titles: dict[tuple[str, str], list[str]] = {}
        known = own.values_list("pk", "title", "language").order_by("pk")
        for pk, title, language in known:
            for called in ((folded(title), language), (folded(title), "any")):
                self.titles.setdefault(called, []).append(str(pk))
        meant = {line.number: self._meant(line.cells) for line in self.lines}
        numbers = [number for number in meant.values() if number.isdecimal()]
        rows = own.filter(pk__in=[int(number) for number in numbers])
        self.existing = {str(row.pk): row for row in rows}
        for number, key in meant.items():
            if key and key not in self.existing:
                sentence = f"There is no article “{key}” here. Empty: a new one."
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
