"""Expressions that every database of ours understands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, DurationField, Func, Subquery

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Among(Func):
    """Whether a column is one of the ids that are looked up first, at most some
    thousands: PostgreSQL reads their rows then, and sorts them.

    Of `in` and `Exists` it makes a join, and may look through all rows in the order of
    the list until it has found a page of them.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY(ARRAY"
    output_field = BooleanField()

    def __init__(self, column: str, ids: QuerySet[Any, Any]) -> None:
        super().__init__(column, Subquery(ids))

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="%(expressions)s",
            arg_joiner=" IN ",
            **options,
        )


class Seconds(Func):
    """A column's number of seconds as a length of time."""

    template = "(%(expressions)s * interval '1 second')"
    output_field = DurationField()

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        # It keeps lengths of time as microseconds.
        return self.as_sql(
            compiler, connection, template="(%(expressions)s * 1000000)", **options
        )
