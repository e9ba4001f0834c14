"""The list of conversations, and what agents read of reviews."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.models import Criterion, Review
from tests import steps
from tests.factories import (
    MessageFactory,
    ReviewFactory,
)
from tests.reports.scoring import browser_of, ended, form_of, page_of, reviewed, sheet

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.steps import Chat

LIST = "/reports/quality/"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def form(acme: Organisation) -> tuple[Criterion, Criterion]:
    return form_of(acme)


@pytest.fixture
def chat(form: object, alice: Agent, direct: EntryPoint) -> Chat:
    chat = steps.connected(alice, direct, customer={"name": "Dora"})
    steps.say(chat, HOSTILE)
    steps.end(alice, chat)
    return chat


# --- finding ------------------------------------------------------------------------
def found(client: Client, **asked: Any) -> list[str]:
    """Return the ids of the list, as it is shown."""
    answer = client.get(LIST, asked)
    assert answer.status_code == 200
    return re.findall(r'href="/reports/quality/([\w-]{36})/', answer.content.decode())


def test_conversations_are_narrowed(
    clockwork: Clockwork, sam: Agent, alice: Agent, bob: Agent, support: Queue
) -> None:
    first = ended(alice, support, rating=1, ended_at=clockwork.now)
    later = clockwork.moves(seconds=2 * 86400)
    second = ended(bob, support, rating=5, ended_at=later)
    ReviewFactory.create(contact=second, agent=bob, reviewer=sam)
    client = browser_of(sam)
    one, two = str(first.pk), str(second.pk)

    assert found(client) == [two, one]
    assert found(client, agent=alice.pk) == [one]
    assert found(client, queue=support.pk) == [two, one]
    assert found(client, rating="low") == [one]
    assert found(client, rating="high") == [two]
    assert found(client, rating="none") == []
    assert found(client, unreviewed="on") == [one]
    assert found(client, since=f"{later:%Y-%m-%d}") == [two]
    assert found(client, until=f"{first.ended_at:%Y-%m-%d}") == [one]
    assert found(client, q=second.customer.name) == [two]


@pytest.mark.parametrize(
    "asked",
    [
        {"queue": "x"},
        {"agent": str(2**70)},
        {"rating": "9"},
        {"since": "31.02.2026"},
        {"until": "9999-12-31"},
        {"q": "\x00"},
        {"page": "99999999"},
    ],
)
def test_what_cannot_be_right_is_said_and_left_out(
    sam: Agent, alice: Agent, support: Queue, asked: dict[str, str]
) -> None:
    contact = ended(alice, support)

    assert found(browser_of(sam), **asked) == [str(contact.pk)]


def test_a_page_that_is_no_number_is_unknown(sam: Agent) -> None:
    assert browser_of(sam).get(LIST, {"page": "x"}).status_code == 404


def test_the_list_costs_the_same_however_long_it_is(
    sam: Agent, alice: Agent, support: Queue
) -> None:
    client = browser_of(sam)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(LIST)
        return len(asked)

    for _ in range(2):
        ReviewFactory.create(contact=ended(alice, support), agent=alice, reviewer=sam)
    few = queries()
    for _ in range(20):
        ReviewFactory.create(contact=ended(alice, support), agent=alice, reviewer=sam)

    assert queries() == few


def test_long_lists_have_pages_and_conversations_have_neighbours(
    clockwork: Clockwork, sam: Agent, alice: Agent, support: Queue
) -> None:
    rows = [
        ended(alice, support, ended_at=clockwork.moves(seconds=60)) for _ in range(51)
    ]
    client = browser_of(sam)

    assert found(client, page=1) == [str(row.pk) for row in reversed(rows[1:])]
    assert found(client, page=2) == [str(rows[0].pk)]
    page = client.get(page_of(rows[1]), {"agent": alice.pk}).content.decode()
    assert f'rel="next" href="{page_of(rows[0])}?agent={alice.pk}"' in _flat(page)
    assert f'rel="prev" href="{page_of(rows[2])}?agent={alice.pk}"' in _flat(page)


def _flat(page: str) -> str:
    return re.sub(r"\s+", " ", page)


def test_the_next_one_follows_what_was_stored(
    clockwork: Clockwork, form: object, sam: Agent, alice: Agent, support: Queue
) -> None:
    older = ended(alice, support, ended_at=clockwork.now)
    newer = ended(alice, support, ended_at=clockwork.moves(seconds=60))
    address = f"{page_of(newer)}?unreviewed=on"

    answer = browser_of(sam).post(address, sheet(next="1"))

    assert answer["Location"] == f"{page_of(older)}?unreviewed=on"
    assert Review.objects.get().contact == newer


# --- reading ------------------------------------------------------------------------
def test_the_agent_reads_it_with_the_transcript(
    sam: Agent, alice: Agent, chat: Chat
) -> None:
    stored = reviewed(sam, chat, comment=f"Good {HOSTILE}")
    client = browser_of(alice)
    assert ">New<" in client.get("/feedback/").content.decode()

    page = client.get(f"/feedback/{stored['id']}/").content.decode()

    assert "Good &lt;img" in page
    assert HOSTILE not in page
    assert "4.00 of 5" in page
    assert "Sam" in page
    assert 'id="transcript-heading"' in page
    assert ">New<" not in client.get("/feedback/").content.decode()


def test_what_was_given_away_is_not_read_again(
    form: object, sam: Agent, alice: Agent, bob: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)
    MessageFactory.create(contact=chat.contact, seq=90, text="A secret")
    steps.go_available(bob)
    steps.transfer(alice, chat, to=bob)
    steps.accept(bob, chat)
    steps.end(bob, chat)
    stored = reviewed(sam, chat, agent=alice.pk)

    page = browser_of(alice).get(f"/feedback/{stored['id']}/").content.decode()

    assert "its transcript is not shown" in page
    assert "A secret" not in page


def test_feedback_has_no_page_that_is_no_number(alice: Agent) -> None:
    client = browser_of(alice)

    assert client.get("/feedback/", {"page": "99999999"}).status_code == 200
    assert client.get("/feedback/", {"page": "x"}).status_code == 404


def test_feedback_is_nobody_elses(
    sam: Agent, alice: Agent, bob: Agent, gina: Agent, ada: Agent, chat: Chat
) -> None:
    stored = reviewed(sam, chat)
    address = f"/feedback/{stored['id']}/"

    for person, status in ((bob, 404), (gina, 404), (sam, 404), (ada, 403)):
        assert browser_of(person).get(address).status_code == status
    assert Review.objects.get().read_at is None


def test_what_is_loaded_ahead_is_not_read(sam: Agent, alice: Agent, chat: Chat) -> None:
    stored = reviewed(sam, chat)

    client = browser_of(alice)
    client.get(f"/feedback/{stored['id']}/", headers={"Sec-Purpose": "prefetch"})

    assert Review.objects.get().read_at is None
