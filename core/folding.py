"""Columns that are made of others: what rows are searched and compared by.

A row makes them anew whenever it is stored (`agents.models.Folding`), also in bulk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models, transaction

from core import text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    Make = Callable[[Any], str]

AT_ONCE = 500


class MadeField(models.Field[str, str]):
    """A text that is made `of` other fields: by `make`, else folded and joined.

    Migrations see the plain field, and so make nothing.
    """

    plain: ClassVar[str]

    def __init__(
        self,
        *args: Any,
        of: Collection[str] = (),
        make: Make | None = None,
        **options: Any,
    ) -> None:
        options = {"blank": True, "editable": False} | options
        super().__init__(*args, **options)
        self.of, self.make = tuple(of), make

    def deconstruct(self) -> Any:
        name, _, args, options = super().deconstruct()
        return name, self.plain, args, options

    def made_of(self, row: models.Model) -> str:
        make = self.make or folded_from(*self.of)
        return make(row)[: self.max_length]

    def pre_save(self, row: models.Model, add: bool) -> Any:
        if self.of:
            setattr(row, self.attname, self.made_of(row))
        return super().pre_save(row, add)


class FoldedText(MadeField, models.TextField[str, str]):
    """What a row is searched by."""

    plain = "django.db.models.TextField"


class FoldedName(MadeField, models.CharField[str, str]):
    """What rows are compared by, short enough for an index."""

    plain = "django.db.models.CharField"


def made_fields(model: type[models.Model]) -> list[MadeField]:
    """Return the fields of a model that are made of others."""
    fields = model._meta.concrete_fields
    return [field for field in fields if isinstance(field, MadeField)]


def folded_from(*names: str) -> Make:
    """Return what folds these fields of a row into one text."""

    def folded(row: Any) -> str:
        return text.folded(" ".join(str(getattr(row, name)) for name in names))

    return folded


def fill(rows: models.QuerySet[Any], made: Mapping[str, Make]) -> None:
    """Make columns of all these rows, a few hundred at a time (for migrations)."""
    last: Any = None
    while last := fill_some(rows, made, after=last):
        pass


def fill_some(
    rows: models.QuerySet[Any], made: Mapping[str, Make], *, after: Any = None
) -> Any:
    """Make columns of the next rows after a primary key. Return the last one's, or None
    where no row was left."""
    with transaction.atomic():
        rows = rows if after is None else rows.filter(pk__gt=after)
        batch = list(rows.select_for_update(of=("self",)).order_by("pk")[:AT_ONCE])
        for row in batch:
            for name, make in made.items():
                setattr(row, name, make(row))
        if batch:
            rows.model._base_manager.bulk_update(batch, list(made))
    return batch[-1].pk if batch else None
