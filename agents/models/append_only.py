from __future__ import annotations

from typing import Any, ClassVar, NoReturn, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """Refuses changes of rows, except of the columns in `FILLED_LATER`."""

    def update(self, **values: Any) -> int:
        if not set(values) <= getattr(self.model, "FILLED_LATER", set()):
            raise TypeError(_sentence(self.model))
        return super().update(**values)

    def delete(self) -> NoReturn:
        raise TypeError(_sentence(self.model))


class AppendOnly(models.Model):
    """Rows that record what happened: never changed and never deleted. Database
    triggers enforce the same for every other way in."""

    FILLED_LATER: ClassVar[frozenset[str]] = frozenset()

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(_sentence(type(self)))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(_sentence(type(self)))


def _sentence(model: type[models.Model]) -> str:
    return f"Rows of {model._meta.db_table} are append-only."
