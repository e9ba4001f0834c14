"""A customer is lost: what becomes of their contact (4.1, 4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contacts.models import Contact
from contacts.services import customers, opening
from tests import sockets, steps
from tests.contacts.floor import holder_of, shares_of, state_of
from tests.steps import customer_of, for_customers

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork

from tests.wrapup.losing import events_of


@pytest.fixture
def a_minute(acme: Organisation) -> None:
    """Of grace, which is ten by default."""
    assert acme.customer_grace_seconds == 600
    acme.customer_grace_seconds = 60
    acme.save(update_fields=["customer_grace_seconds"])


@pytest.mark.usefixtures("a_minute")
def test_a_customer_out_of_reach_for_the_grace_has_left(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    with sockets.page_of(chat):
        pass

    clockwork.runs(seconds=59)
    assert chat.contact.state == "connected"
    [card] = steps.cards_of(alice)
    assert card["customer_present"]
    clockwork.runs(seconds=1)

    assert chat.contact.ended_reason == "customer_left"
    [card] = steps.cards_of(alice)
    assert (card["customer_present"], card["controls"]) == (False, ["end"])
    assert [code for code, _ in events_of(chat)][1:] == [
        "customer_left",
        "contact_ended",
    ]


@pytest.mark.usefixtures("a_minute")
def test_in_the_line_a_lost_customer_has_abandoned(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)
    with sockets.page_of(chat):
        pass

    clockwork.runs(seconds=60)

    assert chat.contact.ended_reason == "abandoned"


@pytest.mark.usefixtures("a_minute")
def test_a_lost_customer_takes_the_card_away(
    acme: Organisation, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    acme.acceptance_timeout = 600
    acme.save(update_fields=["acceptance_timeout"])
    chat = steps.offered(alice, direct)
    with sockets.page_of(chat):
        pass

    clockwork.runs(seconds=60)

    assert shares_of(chat) == [("Alice", "withdrawn")]
    assert state_of(alice) == "available"


def test_whoever_is_never_heard_again_after_opening_has_left(
    direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)

    clockwork.runs(seconds=599)
    assert chat.contact.state == "queued"
    clockwork.runs(seconds=1)

    assert chat.contact.ended_reason == "abandoned"


@pytest.mark.usefixtures("a_minute")
def test_an_orphan_stops_ringing(
    acme: Organisation, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    acme.acceptance_timeout = 600
    acme.save(update_fields=["acceptance_timeout"])
    chat = steps.offered(alice, direct)

    clockwork.runs(seconds=60)

    assert shares_of(chat) == [("Alice", "withdrawn")]
    assert chat.contact.ended_reason == "abandoned"


@pytest.mark.usefixtures("a_minute")
def test_contacts_of_other_channels_are_never_lost(
    acme: Organisation, support: Queue, clockwork: Clockwork
) -> None:
    contact = opening.open_other(
        organisation_id=acme.pk,
        channel="email",
        queue_id=support.pk,
        customer=customers.Person(name="Dora"),
        now=clockwork.now,
    )

    clockwork.runs(seconds=120)

    contact.refresh_from_db()
    assert contact.state == "queued"


@pytest.mark.usefixtures("a_minute")
def test_a_customer_who_asks_over_rest_is_there(
    direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)
    with sockets.page_of(chat):
        pass

    for _ in range(3):
        clockwork.runs(seconds=50)
        customer_of(chat).get(for_customers(chat))

    assert chat.contact.state == "queued"


@pytest.mark.usefixtures("a_minute")
def test_a_customer_who_comes_back_is_there(
    direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)
    with sockets.page_of(chat):
        pass
    clockwork.runs(seconds=59)

    with sockets.page_of(chat):
        clockwork.runs(seconds=10)
        assert chat.contact.state == "queued"
    clockwork.runs(seconds=59)

    assert chat.contact.state == "queued"


@pytest.mark.usefixtures("a_minute")
def test_after_a_time_without_sweeps_customers_have_the_whole_grace(
    direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)
    with sockets.page_of(chat):
        pass
    clockwork.sweeps()

    clockwork.passes(seconds=3600)
    clockwork.runs(seconds=59)
    assert chat.contact.state == "queued"
    clockwork.runs(seconds=1)

    assert chat.contact.ended_reason == "abandoned"


def test_one_grace_for_each_organisation(
    acme: Organisation, direct: EntryPoint, clockwork: Clockwork
) -> None:
    acme.customer_grace_seconds = 5
    acme.save(update_fields=["customer_grace_seconds"])
    chat = steps.open_chat(direct)
    clockwork.sweeps()
    with sockets.page_of(chat):
        pass

    clockwork.runs(seconds=5)

    assert Contact.objects.get().ended_reason == "abandoned"


@pytest.mark.usefixtures("a_minute")
def test_who_is_lost_stays_lost_once(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    with sockets.page_of(chat):
        pass
    clockwork.runs(seconds=60)
    lines = steps.texts_of(chat)

    clockwork.runs(seconds=60)

    assert steps.texts_of(chat) == lines
    assert holder_of(chat) in {"Alice", None}
