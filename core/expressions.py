"""Expressions that every database of ours understands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, DurationField, Func

if TYPE_CHECKING:
    from collections.abc import Collection


class Seconds(Func):
    """A column's number of seconds as a length of time."""

    template = "(%(expressions)s * interval '1 second')"
    output_field = DurationField()

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        # It keeps lengths of time as microseconds.
        return self.as_sql(
            compiler, connection, template="(%(expressions)s * 1000000)", **options
        )


class Among(Func):
    """Whether a column's number is one of these, which may be thousands: all of them
    are one value of the statement."""

    template = "%(expressions)s = ANY (%%s::bigint[])"
    output_field = BooleanField()

    def __init__(self, column: str, numbers: Collection[int]) -> None:
        self._numbers = numbers
        super().__init__(column)

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, *args: Any, **options: Any
    ) -> tuple[str, list[Any]]:
        if not self._numbers:
            raise EmptyResultSet
        sql, values = super().as_sql(compiler, connection, *args, **options)
        return sql, [*values, f"{{{','.join(map(str, self._numbers))}}}"]

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        template = "%(expressions)s IN (SELECT value FROM json_each(%%s))"
        sql, [*values, _] = self.as_sql(
            compiler, connection, template=template, **options
        )
        return sql, [*values, json.dumps([*self._numbers])]
