"""Times of PostgreSQL are read as Django reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import DataError, connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg.postgres import types
from psycopg.pq import Format

from core import statements
from core.postgresql.timestamps import Timestamp

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

TIMESTAMPTZ = types["timestamptz"].oid
HOURS = st.timedeltas(timedelta(hours=-15), timedelta(hours=15))
ZONES = HOURS.map(
    lambda hours: timezone(timedelta(minutes=hours // timedelta(minutes=1)))
)
MOMENTS = st.datetimes(timezones=ZONES).filter(lambda moment: 1 < moment.year < 9999)


@given(moment=MOMENTS)
def test_a_time_comes_back_as_it_went(moment: datetime) -> None:
    for read in (by_django, statements.rows):
        [[found]] = read("SELECT %s::timestamptz", [moment])

        assert found == moment
        assert found.tzinfo is UTC


@given(moment=MOMENTS)
def test_it_does_not_matter_which_time_zone_a_connection_has(moment: datetime) -> None:
    """Ours have UTC; psycopg's own way is what it falls back on."""
    reader = Timestamp(0)

    assert reader.load(moment.isoformat(" ").encode()) == moment


def test_connections_read_them_by_it() -> None:
    connection.ensure_connection()
    database: Any = connection.connection

    assert database.adapters.get_loader(TIMESTAMPTZ, Format.TEXT) is Timestamp


@pytest.mark.parametrize(
    "moment", ["infinity", "-infinity", "0044-03-15 00:00:00+00 BC", "12000-01-01"]
)
def test_what_is_no_time_of_ours_is_refused(moment: str) -> None:
    with pytest.raises(DataError):
        by_django("SELECT %s::timestamptz", [moment])


def by_django(sql: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[Any] = cursor.fetchall()
    return found
