"""Expressions that every database of ours understands."""

from __future__ import annotations

from typing import Any

from django.db.models import DurationField, Func


class Seconds(Func):
    """A column's number of seconds as a length of time."""

    template = "(%(expressions)s * interval '1 second')"
    output_field = DurationField()

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        # It keeps lengths of time as microseconds.
        return self.as_sql(
            compiler, connection, template="(%(expressions)s * 1000000)", **options
        )
