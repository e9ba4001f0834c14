"""What every line costs the indexes."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from contacts.models import Contact, Message

CHANGED_BY_EVERY_LINE = {"last_seq", "version", "last_message_at"}


def indexed(table: str) -> dict[str, set[str]]:
    """Return the columns of each index of a table."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return {name: set(of["columns"] or ()) for name, of in found.items() if of["index"]}


def test_a_line_changes_no_index_of_its_contact(db: None) -> None:
    columns = set().union(*indexed(Contact._meta.db_table).values())

    assert "state" in columns
    assert not columns & CHANGED_BY_EVERY_LINE


def test_who_wrote_a_line_is_in_one_index_that_lines_of_customers_are_not_in(
    db: None,
) -> None:
    names = [
        name
        for name, columns in indexed(Message._meta.db_table).items()
        if columns == {"sender_agent_id"}
    ]

    assert names == ["contacts_message_agent"]


@pytest.mark.postgresql
def test_contacts_have_room_to_change_in_place(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reloptions FROM pg_class WHERE relname = 'contacts_contact'"
        )
        [options] = cursor.fetchone()

    assert options == ["fillfactor=80"]


@pytest.mark.longest
def test_the_indexes_go_back_and_forth(db: None) -> None:
    there = indexed(Contact._meta.db_table), indexed(Message._meta.db_table)
    try:
        call_command("migrate", "contacts", "0045", verbosity=0)
        before = indexed(Contact._meta.db_table)
    finally:
        call_command("migrate", verbosity=0)

    assert "contacts_contact_open" in before
    assert (indexed(Contact._meta.db_table), indexed(Message._meta.db_table)) == there
