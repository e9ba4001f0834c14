"""A query that is made into SQL once, and asked often, each time for other rows.

Where many columns are subqueries, to write the statement takes longer than to run it.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Expression, Func, Q

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

HERE = "'these rows' = 'these rows'"  # where the conditions of a question stand


class _These(Expression):
    """Stands for the conditions that are different each time."""

    conditional = True

    def __init__(self) -> None:
        super().__init__(output_field=BooleanField())

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any
    ) -> tuple[str, list[Any]]:
        return HERE, []


class Prepared:
    """Finds rows of the query that `made` makes: fast where conditions are on their own
    columns, as ever where they are not."""

    def __init__(self, made: Callable[[], QuerySet[Any]]) -> None:
        self._made = made
        self._written: dict[str, tuple[QuerySet[Any], Any, str, list[Any]]] = {}

    def rows(self, *conditions: Q | Func, **where: Any) -> list[Any]:
        """Return the rows for which this holds, as `made().filter` does."""
        rows, compiler, sql, values = self._statement()
        asked = rows.model._default_manager.filter(*conditions, **where).query
        if sum(map(bool, asked.alias_refcount.values())) > 1:
            return list(rows.filter(*conditions, **where))
        written = copy.copy(compiler)
        written.connection = connection
        try:
            what, which = written.compile(asked.where)
        except EmptyResultSet:
            return []
        before, _, after = sql.partition(HERE)
        place = before.replace("%%", "").count("%s")
        whole = f"{before}{what}{after}", (*values[:place], *which, *values[place:])
        written.as_sql = lambda *args, **kwargs: whole
        found = rows.all()
        vars(found.query).update(get_compiler=lambda *args, **kwargs: written)
        return list(found)

    def _statement(self) -> tuple[QuerySet[Any], Any, str, list[Any]]:
        vendor = connection.vendor
        if vendor not in self._written:
            rows = self._made()
            compiler = rows.filter(_These()).query.get_compiler(connection=connection)
            sql, values = compiler.as_sql()
            self._written[vendor] = rows, compiler, sql, list(values)
        return self._written[vendor]
