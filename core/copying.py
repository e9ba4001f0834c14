"""Stores many plain rows at once, without an object for each.

Most of what `bulk_create` takes is to make these, and statements of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model


def store(
    model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Store rows of a table: the values of these fields, as the database has them.

    All other columns are the database's own to fill, such as the key.
    """
    quote = connection.ops.quote_name
    fields = {field.name: field for field in model._meta.concrete_fields}
    columns = ", ".join(quote(str(fields[name].column)) for name in names)
    table = f"{quote(model._meta.db_table)} ({columns})"
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(names))
            statement = f"INSERT INTO {table} VALUES ({places})"  # noqa: S608 - names
            cursor.executemany(statement, rows)  # type: ignore[arg-type] # SQLite's own
