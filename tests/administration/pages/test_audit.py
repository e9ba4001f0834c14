"""The audit trail in the administration: searched, narrowed, read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from administration.marks import NOTHING
from agents.models import Agent, AuditEntry, IdleCode, Organisation
from queues.models import PredefinedResponse, Queue
from tests import trail
from tests.administration.pages.files import exported, preview, take, written
from tests.administration.pages.site import change, page
from tests.factories import AgentFactory, AuditEntryFactory, PredefinedResponseFactory
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from django.test import Client

LIST = page(AuditEntry, "changelist")


@pytest.fixture
def changed(adas_browser: Client, support: Queue) -> AuditEntry:
    """Ada's change of a queue, in the trail."""
    change(adas_browser, support, priority=7)
    return AuditEntry.objects.get(action="changed")


def listed(browser: Client, **asked: Any) -> str:
    answer = browser.get(LIST, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_change_is_shown_in_words(
    adas_browser: Client, changed: AuditEntry, support: Queue
) -> None:
    rows = listed(adas_browser)
    record = adas_browser.get(page(AuditEntry, "change", changed.pk)).content.decode()

    assert f"queue {support.name}" in rows
    assert "priority: 0 → 7" in rows
    assert f"{changed.at:%Y-%m-%d}" in rows
    assert page(Queue, "change", support.pk) in record
    assert "<td>0</td>" in record
    assert "<td>7</td>" in record


def test_what_is_gone_is_no_link(adas_browser: Client, ada: Agent) -> None:
    entry = AuditEntryFactory.create(
        organisation=ada.organisation,
        action="deleted",
        kind="queue",
        object_id="999",
        object_name="Sales",
        changes={"name": ["Sales", None], "teams": [["A", "B"], []], "on": [True, 1]},
    )

    record = adas_browser.get(page(AuditEntry, "change", entry.pk)).content.decode()

    assert "queue Sales" in record
    assert "A, B" in record
    assert "/queues/queue/999/" not in record


@pytest.mark.usefixtures("changed")
def test_it_is_searched_and_narrowed(adas_browser: Client, ada: Agent) -> None:
    other = AgentFactory.create(organisation=ada.organisation, display_name="Zoe")
    AuditEntryFactory.create(
        organisation=ada.organisation,
        action="requeued",
        actor=other,
        actor_name="Zoe",
        reason="Line down",
    )

    for asked, has_change in (
        ({"q": "line down"}, False),
        ({"q": "Zoe"}, False),
        ({"q": "Support"}, True),
        ({"action__exact": "changed"}, True),
        ({"action__exact": "requeued"}, False),
        ({"actor__id__exact": ada.pk}, True),
        ({"actor__id__exact": other.pk}, False),
        ({"kind": "queue"}, True),
    ):
        rows = listed(adas_browser, **asked)
        assert ("priority: 0 → 7" in rows) is has_change, asked
        assert ("Line down" in rows) is not has_change, asked


@pytest.mark.parametrize("address", ["add", "change", "delete"])
def test_nothing_of_it_is_written(
    adas_browser: Client, changed: AuditEntry, address: str
) -> None:
    args = [] if address == "add" else [changed.pk]
    before = list(AuditEntry.objects.values())

    answer = adas_browser.post(page(AuditEntry, address, *args), {"post": "yes"})
    sent = {"action": "delete_selected", "_selected_action": [changed.pk]}
    adas_browser.post(LIST, {**sent, "post": "yes"})

    assert answer.status_code == 403
    assert list(AuditEntry.objects.values()) == before


@pytest.mark.usefixtures("changed")
def test_others_see_nothing_and_the_superuser_everything(
    client: Client, greta: Agent, root: Agent, alice: Agent
) -> None:
    client.force_login(greta)
    foreign = listed(client)
    client.force_login(root)
    everything = listed(client)
    client.force_login(alice)

    assert "priority: 0 → 7" not in foreign
    assert "2 audit entries" in foreign  # of an article and a team of their own
    assert "priority: 0 → 7" in everything
    assert client.get(LIST).status_code in {302, 403}


def test_it_is_in_the_menu(adas_browser: Client) -> None:
    content = adas_browser.get(reverse("admin:index")).content.decode()

    assert f'href="{LIST}"' in content
    assert "Audit trail" in content


def test_the_list_costs_the_same_however_long(
    adas_browser: Client, acme: Organisation
) -> None:
    def grow(rows: int) -> None:
        for _ in range(rows):
            AuditEntryFactory.create(
                organisation=acme,
                actor=AgentFactory.create(organisation=acme),
                actor_name="Somebody",
                kind="queue",
                object_id="1",
                changes={"priority": [0, 1]},
            )

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            listed(adas_browser)
        return len(captured)

    grow(2)
    few = queries()
    grow(10)

    assert queries() == few


# --- files ------------------------------------------------------------------------
def test_an_export_is_noted(
    adas_browser: Client, ada: Agent, acme: Organisation
) -> None:
    for name in ("Hello", "Bye"):
        PredefinedResponseFactory.create(organisation=acme, name=name)

    exported(adas_browser, PredefinedResponse, q="Hello")
    exported(adas_browser, WrapUpCode)

    codes, responses = trail.read(ada, action="exported")
    assert responses["actor"]["id"] == ada.pk
    assert responses["object"] == {
        "kind": "predefined_response",
        "id": None,
        "name": "predefined responses",
    }
    assert responses["changes"] == {"rows": [None, 1]}
    assert codes["object"]["kind"] == "wrap_up_code"


def test_an_export_that_is_refused_is_none(
    client: Client, ada: Agent, root: Agent
) -> None:
    client.force_login(root)

    answer = client.get(page(IdleCode, "export"))

    assert answer.status_code == 403
    assert trail.read(ada, action="exported") == []


def test_a_file_is_noted_when_it_is_imported(adas_browser: Client, ada: Agent) -> None:
    rows = (("name", "is_default"), ["Lunch", "yes"])

    preview(adas_browser, IdleCode, written(*rows))
    before = trail.read(ada)
    take(adas_browser, IdleCode, *rows)

    assert before == []
    made, lost = trail.read(ada)
    assert (made["action"], made["object"]["name"]) == ("created", "Lunch")
    assert (lost["action"], lost["object"]["name"]) == ("changed", "Break")
    assert made["actor"]["id"] == lost["actor"]["id"] == ada.pk


def test_an_imported_password_is_noted(adas_browser: Client, ada: Agent) -> None:
    rows = (
        ("email", "display_name", "password"),
        ["erin@acme.example", "Erin", "a long sentence is best"],
    )

    take(adas_browser, Agent, *rows)

    assert trail.said(ada, "password_set")["object"]["name"] == "Erin"
    assert "sentence" not in str(list(AuditEntry.objects.values()))


def test_what_an_entry_does_not_have_is_a_dash(
    adas_browser: Client, ada: Agent
) -> None:
    entry = AuditEntryFactory.create(
        organisation=ada.organisation, action="signed_in", kind="", object_name=""
    )

    record = adas_browser.get(page(AuditEntry, "change", entry.pk)).content.decode()

    assert f'<div class="readonly">{NOTHING}</div>' in record
    assert '<div class="readonly">None</div>' not in record
