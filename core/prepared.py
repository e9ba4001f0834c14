"""A query that is made into SQL once, and asked often, each time for other rows.

Where many columns are subqueries, to write the statement and to plan it takes longer
than to run it. On PostgreSQL a connection plans it once: what is the same each time
stands in it as literals, so that partial indexes are found, and what differs are its
values.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Expression, Lookup, Q
from django.db.models.lookups import In
from django.db.transaction import TransactionManagementError

from core import statements

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.db.models import QuerySet

    SQL = tuple[str, list[Any]]
    Condition = Q | Sequence[Mapping[str, Any]]

HERE = "'these rows' = 'these rows'"  # where the conditions of a question stand


class Prepared:
    """Finds rows of the query that `made` makes, the first of them where there is a
    limit: fast where conditions are on their own columns, as ever where they are not.
    """

    def __init__(
        self, made: Callable[[], QuerySet[Any]], *, limit: int | None = None
    ) -> None:
        self._made = made
        self._limit = limit
        self._written: dict[str, _Written] = {}

    def rows(self, *conditions: Condition, **where: Any) -> list[Any]:
        """Return the rows for which this holds, as `made().filter` does. A condition is
        a `Q`, or alternatives, of which one has to hold."""
        vendor = connection.vendor
        if vendor not in self._written:
            kind = _OnPostgreSQL if vendor == "postgresql" else _Written
            self._written[vendor] = kind.of(self._made(), self._limit)
        return self._written[vendor].rows(conditions, where)

    def first(self, *conditions: Condition, **where: Any) -> Any:
        """Return the first of the rows; None if there are none."""
        return next(iter(self.rows(*conditions, **where)), None)


class _These(Expression):
    """Stands for the conditions that are different each time."""

    conditional = True

    def __init__(self) -> None:
        super().__init__(output_field=BooleanField())

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any
    ) -> SQL:
        return HERE, []


@dataclass
class _Written:
    """A query as one kind of database understands it."""

    query: QuerySet[Any]
    limit: int | None
    compiler: Any
    before: str
    after: str
    values_before: Sequence[Any]
    values_after: Sequence[Any]
    # By its name, a condition on an own column that was asked for before.
    lookups: dict[str, Lookup[Any]] = field(default_factory=dict)

    AMONG: ClassVar = "IN (SELECT value FROM json_each(%s))"
    # Of thousands of values these need not be looked at one by one.
    AS_THEY_ARE: ClassVar[set[type]] = {int}

    @classmethod
    def of(cls, query: QuerySet[Any], limit: int | None) -> Self:
        made = query.filter(_These())[:limit]
        compiler = made.query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        before, _, after = sql.partition(HERE)
        place = before.replace("%%", "").count("%s")
        these = values[:place], values[place:]
        return cls(query, limit, compiler, before, after, *these)

    def rows(
        self, conditions: Sequence[Condition], where: Mapping[str, Any]
    ) -> list[Any]:
        if self.query.query.select_for_update:
            _refuse_outside_of_transactions()
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        try:
            condition = self._condition(conditions, where, compiler)
            if condition is None:
                return self._rows_of_another(conditions, where, compiler)
        except EmptyResultSet:
            return []
        self._ask(*self._whole(*condition), compiler)
        return self._found(compiler)

    def _rows_of_another(
        self, conditions: Sequence[Condition], where: Mapping[str, Any], compiler: Any
    ) -> list[Any]:
        """Return the rows of a question that is of another kind each time."""
        these = [*map(_as_q, conditions)]
        asked = self.query.model._default_manager.filter(*these, **where).query
        if not _is_own(asked):
            return list(self.query.filter(*these, **where)[: self.limit])
        _Written._ask(self, *self._whole(*compiler.compile(asked.where)), compiler)
        return self._found(compiler)

    def _whole(self, what: str, which: Sequence[Any]) -> tuple[str, Sequence[Any]]:
        values = (*self.values_before, *which, *self.values_after)
        return f"{self.before}{what}{self.after}", values

    def _ask(self, sql: str, values: Sequence[Any], compiler: Any) -> None:
        """Have the compiler give the rows of this statement."""
        compiler.as_sql = lambda *args, **kwargs: (sql, values)

    def _found(self, compiler: Any) -> list[Any]:
        found = self.query.all()
        vars(found.query).update(get_compiler=lambda *args, **kwargs: compiler)
        return list(found)

    def _condition(
        self, conditions: Sequence[Condition], where: Mapping[str, Any], compiler: Any
    ) -> SQL | None:
        """Return what these rows have and others have not; None where that is not a
        matter of other values alone."""
        parts: list[str] = []
        values: list[Any] = []
        for alternatives in ([where], *conditions):
            written = self._either(alternatives, compiler)
            if written is None:
                return None
            parts.append(written[0])
            values += written[1]
        return " AND ".join(parts), values

    def _either(self, alternatives: Any, compiler: Any) -> SQL | None:
        """Return the condition that one of these holds, if all are known."""
        if isinstance(alternatives, Q) or not all(alternatives):
            return None
        parts: list[str] = []
        values: list[Any] = []
        for where in alternatives:
            these = []
            for name, value in where.items():
                lookup = self._known(name, value)
                if lookup is None:
                    return None
                sql, its = self._compiled(lookup, value, compiler)
                these.append(sql)
                values += its
            parts.append(" AND ".join(these))
        return f"({' OR '.join(parts)})", values

    def _known(self, name: str, value: Any) -> Lookup[Any] | None:
        """Return the condition of this name, for whichever value; None if it is more
        than one on an own column."""
        if value is None or hasattr(value, "resolve_expression"):
            return None
        if name not in self.lookups:
            asked = self.query.model._default_manager.filter(**{name: value}).query
            made, *more = asked.where.children
            if more or not isinstance(made, Lookup) or not _is_own(asked):
                return None
            self.lookups[name] = made
        return self.lookups[name]

    def _compiled(self, lookup: Any, value: Any, compiler: Any) -> SQL:
        if not isinstance(lookup, In):
            sql, values = compiler.compile(type(lookup)(lookup.lhs, value))
            return sql, list(values)
        # The same statement for however many values: they are one.
        sql, values = lookup.process_lhs(compiler, connection)
        these = list(value)
        if not these:
            raise EmptyResultSet
        if not all(type(each) in self.AS_THEY_ARE for each in these):
            again = type(lookup)(lookup.lhs, these)
            _, (*these,) = again.process_rhs(compiler, connection)
        return f"{sql} {self.AMONG}", [*values, self._as_one(these)]

    def _as_one(self, values: list[Any]) -> Any:
        return json.dumps(values)


def _refuse_outside_of_transactions() -> None:
    """Raise where a lock would be over at once, as Django does."""
    if not connection.in_atomic_block:
        raise TransactionManagementError


def _as_q(condition: Condition) -> Q:
    if isinstance(condition, Q):
        return condition
    return reduce(or_, (Q(**where) for where in condition))


def _is_own(asked: Any) -> bool:
    """Whether the conditions are on columns of one table alone."""
    return sum(map(bool, asked.alias_refcount.values())) <= 1


@dataclass
class _OnPostgreSQL(_Written):
    """A query that each connection plans once."""

    converters: Mapping[int, Any] = field(default_factory=dict)

    AMONG: ClassVar = "= ANY (%s)"
    AS_THEY_ARE: ClassVar[set[type]] = {int, UUID}

    @classmethod
    def of(cls, query: QuerySet[Any], limit: int | None) -> Self:
        made = super().of(query, limit)
        made.before = statements.with_literals(made.before, made.values_before)
        made.after = statements.with_literals(made.after, made.values_after)
        made.values_before = made.values_after = ()
        columns = [column for column, *_ in made.compiler.select]
        made.converters = made.compiler.get_converters(columns)
        return made

    def _ask(self, sql: str, values: Sequence[Any], compiler: Any) -> None:
        found = [statements.read(sql, values)]
        compiler.execute_sql = lambda *args, **kwargs: found
        compiler.get_converters = lambda columns: self.converters

    def _as_one(self, values: list[Any]) -> Any:
        return values
