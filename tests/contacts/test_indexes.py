"""What every line costs the indexes."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.state import ProjectState

from agents.models import AuditEntry, Mail
from contacts.models import Contact, Customer, Message
from core.indexes import AddWordsIndex
from tests import plans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

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


# --- parts of words -----------------------------------------------------------------
SEARCHED = {
    "contacts_customer_words": Customer,
    "agents_auditentry_words": AuditEntry,
    "agents_mail_words": Mail,
}


@pytest.mark.postgresql
@pytest.mark.telling
@pytest.mark.parametrize(("index", "model"), SEARCHED.items())
def test_parts_of_words_are_found_by_index(
    db: None, index: str, model: type[Model]
) -> None:
    found = model._default_manager.filter(folded__contains="dora")

    with plans.only(index):
        assert index in found.order_by().explain()


@contextmanager
def without_trigrams() -> Iterator[None]:
    """Be a role that may not have extensions, where nobody has this one."""
    guest = f"guest_{connection.settings_dict['NAME']}"
    with connection.cursor() as cursor, ExitStack() as stack:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        for index, model in SEARCHED.items():
            words = AddWordsIndex(index, table=model._meta.db_table)
            stack.callback(run, words)
        cursor.execute(f"CREATE ROLE {guest}")
        stack.callback(cursor.execute, f"DROP ROLE {guest}")
        cursor.execute(f"SET ROLE {guest}")
        stack.callback(cursor.execute, "RESET ROLE")
        yield


def run(words: AddWordsIndex) -> None:
    with connection.schema_editor(atomic=False) as editor:
        words.database_forwards("contacts", editor, ProjectState(), ProjectState())


@pytest.mark.postgresql
def test_where_the_extension_cannot_be_had_there_is_no_such_index(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    with without_trigrams():
        run(AddWordsIndex("contacts_customer_words", table="contacts_customer"))

        assert "contacts_customer_words" not in indexed("contacts_customer")

    assert "Without the extension pg_trgm there is no" in caplog.text
    for index, model in SEARCHED.items():
        assert index in indexed(model._meta.db_table)


@pytest.mark.postgresql
def test_a_migration_that_was_cut_off_may_be_run_again(db: None) -> None:
    words = AddWordsIndex("contacts_customer_words", table="contacts_customer")

    run(words)
    run(words)

    assert "contacts_customer_words" in indexed("contacts_customer")
