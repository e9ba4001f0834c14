"""Every test leaves its tables empty, whatever the servers it shares are doing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from agents.models import Organisation
from tests.contacts.races import PATIENCE, wait_until_it_waits


@pytest.mark.postgresql
def test_a_deadlock_with_a_server_leaves_no_rows(
    acme: Organisation, globex: Organisation
) -> None:
    """The tables are emptied after all, though somebody holds one row and then wants
    another one that is deleted already."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            _let_the_other_give_in()
            _hold(globex)
            emptying = pool.submit(_empty_all_tables)
            wait_until_it_waits(emptying)
            _hold(acme)
        emptying.result(PATIENCE)

    assert not Organisation.objects.exists()


def _let_the_other_give_in() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL deadlock_timeout = '1h'")


def _hold(organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(name="Held")


def _empty_all_tables() -> None:
    try:
        call_command("flush", verbosity=0, interactive=False)
    finally:
        connection.close()
