"""The list of contacts: what it says, its file, and what is done about them."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from administration.admin import contact_file
from agents.models import Agent, Organisation
from contacts.models import Contact
from core import clock
from queues.models import Queue
from tests import factories
from tests.administration.pages.site import page
from tests.administration.pages.world import MARK, World

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def waiting(support: Queue) -> Contact:
    return factories.ContactFactory.create(
        organisation=support.organisation, queue=support
    )


@pytest.fixture
def over(support: Queue, alice: Agent) -> Contact:
    """A chat that waited 65 seconds for Alice and ended an hour and 2 seconds later."""
    began = clock.now() - timedelta(days=1)
    connected = began + timedelta(seconds=65)
    ended = connected + timedelta(seconds=3602)
    customer = factories.CustomerFactory.create(
        organisation=support.organisation, name="=1+1", email="dora@example.com"
    )
    contact = factories.ContactFactory.create(
        organisation=support.organisation,
        customer=customer,
        queue=support,
        opened_at=began,
        connected_at=connected,
        ended=True,
        ended_at=ended,
        closed_at=ended,
        rating=4,
    )
    share = factories.AssignmentFactory.create(
        contact=contact, agent=alice, completed=True
    )
    factories.WrapUpFactory.create(assignment=share, code_name="Resolved")
    return contact


# --- the list -----------------------------------------------------------------
def cells(browser: Client, contact: Contact) -> dict[str, str]:
    """Return what the list says of a contact, by column."""
    listed = browser.get(page(Contact, "changelist")).context["cl"]
    row = next(row for row in listed.result_list if row == contact)
    columns = ("wait", "duration", "wrap_up", "stars", "agents")
    return {name: getattr(listed.model_admin, name)(row) for name in columns}


def test_wait_duration_wrap_up_and_rating(
    adas_browser: Client, over: Contact, waiting: Contact
) -> None:
    assert cells(adas_browser, over) == {
        "wait": "1:05",
        "duration": "1:00:02",
        "wrap_up": "Resolved",
        "stars": "4 of 5",
        "agents": "Alice",
    }
    assert cells(adas_browser, waiting)["duration"] == "\u2013"


@pytest.mark.telling
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("rating=4", True),
        ("rating=3", False),
        ("rating=any", True),
        ("today=opened", False),
        ("attention=wrap_up", False),
        ("attention=nonsense", True),
    ],
)
def test_the_list_is_narrowed(
    adas_browser: Client, over: Contact, asked: str, found: bool
) -> None:
    listed = adas_browser.get(f"{page(Contact, 'changelist')}?{asked}").context["cl"]

    assert (over in listed.queryset) is found


def test_the_list_is_narrowed_by_wrap_up_code(
    adas_browser: Client, over: Contact, waiting: Contact
) -> None:
    code = over.assignments.get().wrap_up.code
    asked = f"assignments__wrap_up__code__id__exact={code.pk}"

    listed = adas_browser.get(f"{page(Contact, 'changelist')}?{asked}").context["cl"]

    assert list(listed.queryset) == [over]


def test_the_list_is_sorted_by_wait(
    adas_browser: Client, over: Contact, waiting: Contact
) -> None:
    address = page(Contact, "changelist")
    number = adas_browser.get(address).context["cl"].list_display.index("wait")

    listed = adas_browser.get(f"{address}?o=-{number}").context["cl"]

    assert list(listed.queryset) == [over, waiting]


# --- the file -----------------------------------------------------------------
def exported(browser: Client, asked: str = "") -> list[dict[str, str]]:
    response = browser.get(f"{page(Contact, 'export')}?{asked}")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))


def test_contacts_as_a_file(adas_browser: Client, over: Contact) -> None:
    [row] = exported(adas_browser)

    expected = {
        "customer": "'=1+1",
        "email": "dora@example.com",
        "queue": "Support",
        "state": "Ended by the agent",
        "agents": "Alice",
        "wait_seconds": "65",
        "duration_seconds": "3602",
        "wrap_up": "Resolved",
        "rating": "4",
        "id": str(over.pk),
    }
    assert {name: row[name] for name in expected} == expected


def test_a_file_is_filtered_as_the_list(
    adas_browser: Client, over: Contact, waiting: Contact
) -> None:
    [row] = exported(adas_browser, "state__exact=queued")

    assert row["id"] == str(waiting.pk)
    assert exported(adas_browser, "rating=1") == []


def test_a_file_has_own_contacts_only(writer: Client, own: World) -> None:
    rows = exported(writer)

    assert [row["id"] for row in rows] == [str(own[Contact].pk)]
    assert MARK not in str(rows)


def test_a_file_is_not_the_superusers(client: Client, root: Agent) -> None:
    client.force_login(root)

    assert client.get(page(Contact, "export")).status_code == 403
    assert "export_link" not in client.get(page(Contact, "changelist")).content.decode()


@pytest.mark.usefixtures("over", "waiting")
def test_a_file_has_an_end(
    adas_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_file, "MAX_ROWS", 1)

    answer = adas_browser.get(page(Contact, "export"), follow=True)

    assert "narrow it before you export it" in answer.content.decode()


# --- what is done about them --------------------------------------------------
def choose(browser: Client, action: str, contact: Contact, reason: str) -> str:
    """Choose an action in the list of contacts; return the page that follows."""
    body = {"action": action, "_selected_action": [str(contact.pk)], "reason": reason}
    url = page(Contact, "changelist")
    return browser.post(url, body, follow=True).content.decode()


def test_a_stuck_contact_is_closed_with_a_reason(
    adas_browser: Client, waiting: Contact
) -> None:
    refused = choose(adas_browser, "close", waiting, "")
    waiting.refresh_from_db()
    state = waiting.state
    done = choose(adas_browser, "close", waiting, "Test chat")

    waiting.refresh_from_db()
    assert "Give the reason first." in refused
    assert state == "queued"
    assert "The chat has ended." in done
    assert waiting.ended_reason == "closed"
    assert waiting.events.get(code="closed").details["reason"] == "Test chat"


def test_an_ended_contact_is_not_put_back(adas_browser: Client, over: Contact) -> None:
    content = choose(adas_browser, "requeue", over, "Once more")

    over.refresh_from_db()
    assert over.state == "ended"
    assert "This conversation has ended." in content


def do(browser: Client, deed: str, contact: Contact, **given: Any) -> str:
    """Send the form of a deed; return the page that follows."""
    answer = browser.post(page(Contact, deed, contact.pk), given, follow=True)
    return str(answer.content.decode())


def test_the_page_leads_to_what_can_be_done(
    adas_browser: Client, waiting: Contact, over: Contact
) -> None:
    live = adas_browser.get(page(Contact, "change", waiting.pk)).content.decode()
    ended = adas_browser.get(page(Contact, "change", over.pk)).content.decode()

    for deed, words in (("close", "End this chat"), ("requeue", "Return to queue")):
        assert words in live
        assert page(Contact, deed, waiting.pk) in live
        assert words not in ended
        form = adas_browser.get(page(Contact, deed, waiting.pk)).content.decode()
        assert 'name="reason"' in form
    for content in (live, ended):
        assert ">Back</a>" in content
        assert ">Close</a>" not in content


def test_a_chat_is_ended_on_its_page(adas_browser: Client, waiting: Contact) -> None:
    refused = do(adas_browser, "close", waiting, reason="  ")
    waiting.refresh_from_db()
    before = waiting.state
    done = do(adas_browser, "close", waiting, reason="Test chat")

    waiting.refresh_from_db()
    assert "Give a reason." in refused
    assert before == "queued"
    assert "The chat has ended." in done
    assert waiting.ended_reason == "closed"
    assert waiting.events.get(code="closed").details["reason"] == "Test chat"


def test_a_chat_is_returned_to_another_queue(
    adas_browser: Client, waiting: Contact, acme: Organisation
) -> None:
    sales = factories.QueueFactory.create(organisation=acme, name="Sales")
    foreign = factories.QueueFactory.create(name="Foreign")
    wrong = do(adas_browser, "requeue", waiting, reason="Mistake", queue=foreign.pk)
    waiting.refresh_from_db()
    before = waiting.queue

    done = do(adas_browser, "requeue", waiting, reason="Mistake", queue=sales.pk)

    waiting.refresh_from_db()
    assert "Select a valid choice" in wrong
    assert before != sales
    assert "The chat waits in the queue." in done
    assert waiting.queue == sales


def test_an_ended_chat_is_told_so(adas_browser: Client, over: Contact) -> None:
    assert "has ended" in do(adas_browser, "close", over, reason="Once more")

    over.refresh_from_db()
    assert over.ended_reason == "agent_ended"


@pytest.mark.parametrize("deed", ["close", "requeue"])
def test_nothing_is_done_about_foreign_contacts(
    gretas_browser: Client, theirs: World, deed: str
) -> None:
    address = page(Contact, deed, theirs[Contact].pk)

    assert gretas_browser.get(address).status_code == 404
    assert gretas_browser.post(address, {"reason": "Mine"}).status_code == 404
