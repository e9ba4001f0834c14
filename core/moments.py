"""Queries that are made once and asked often, each time of another moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import DateTimeField, Expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    Makes = Callable[["Moment"], Iterable[QuerySet[Any, Any]]]


@dataclass(frozen=True)
class _Place:
    """Where a statement has a moment, so long after the one that is asked of."""

    offset: timedelta


class Moment(Expression):
    """The moment that a query is asked of, in place of a time."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        super().__init__(output_field=DateTimeField())
        self.offset = offset

    def __sub__(self, other: timedelta) -> Moment:  # type: ignore[override]
        return Moment(self.offset - other)

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any
    ) -> tuple[str, list[Any]]:
        return "%s", [_Place(self.offset)]


class AnyOf:
    """Asks in one statement whether any of some queries has a row.

    To make so many queries takes longer than to ask them.
    """

    def __init__(self, queries: Makes) -> None:
        self._queries = queries
        self._made: dict[str, tuple[str, list[Any]]] = {}

    def has_rows(self, now: datetime) -> bool:
        sql, places = self._statement()
        values = [
            connection.ops.adapt_datetimefield_value(now + value.offset)
            if isinstance(value, _Place)
            else value
            for value in places
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            [found] = cursor.fetchone()
        return bool(found)

    def _statement(self) -> tuple[str, list[Any]]:
        if connection.vendor not in self._made:
            parts, values = [], []
            for rows in self._queries(Moment()):
                query = rows.order_by().query.exists()
                sql, params = query.get_compiler(connection=connection).as_sql()
                parts.append(f"EXISTS ({sql})")
                values += params
            self._made[connection.vendor] = f"SELECT {' OR '.join(parts)}", values
        return self._made[connection.vendor]
