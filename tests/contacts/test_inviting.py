"""Invitations of the widget: by rules, while a chat can begin and somebody is free."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.models import AuditEntry
from contacts.widget import marked, script
from queues.models import EntryPoint, ProactiveRule
from tests import steps
from tests.administration.pages.site import change
from tests.factories import (
    AgentSkillFactory,
    AskedSkillFactory,
    EntryPointFactory,
    HoursFactory,
    ProactiveRuleFactory,
    QueueFactory,
    SkillFactory,
)
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent

RULE = {"pattern": "/shop/*", "seconds": 20, "visits": 2, "text": "Need help?"}
NO_ROWS = {
    "proactive_rules-TOTAL_FORMS": "1",
    "proactive_rules-INITIAL_FORMS": "0",
}


def told(key: str, what: str) -> Any:
    """Return what a script says, as browsers of any site may read it."""
    answer = Client().get(f"/chat/{key}/{what}.js")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not answer.cookies
    text = answer.content.decode()
    return json.loads(text.removeprefix("export default ").removesuffix(";\n"))


@pytest.fixture
def inviting(direct: EntryPoint) -> EntryPoint:
    """An entry point with a rule."""
    ProactiveRuleFactory.create(entry_point=direct, position=1, **RULE)
    return direct


def test_the_widget_is_told_of_active_rules_in_their_order(
    inviting: EntryPoint,
) -> None:
    ProactiveRuleFactory.create(entry_point=inviting, position=0, text="First")
    ProactiveRuleFactory.create(entry_point=inviting, is_active=False)

    answer = told("direct", "invitations")

    first = {"pattern": "", "seconds": 30, "visits": 1, "text": "First"}
    assert answer["rules"] == [first, RULE]
    assert answer["words"] == {"close": "Close invitation"}


@pytest.mark.parametrize("what", ["invitations", "free"])
def test_who_invites_nobody_tells_nothing(direct: EntryPoint, what: str) -> None:
    ProactiveRuleFactory.create(entry_point=direct, is_active=False)

    assert Client().get(f"/chat/direct/{what}.js").status_code == 404
    assert Client().get(f"/chat/nobody/{what}.js").status_code == 404
    assert Client().post(f"/chat/direct/{what}.js").status_code == 405


def test_somebody_is_free(inviting: EntryPoint, alice: Agent) -> None:
    steps.go_available(alice)

    assert told("direct", "free") is True


def test_nobody_is_free_while_nobody_is_available(
    inviting: EntryPoint, alice: Agent
) -> None:
    steps.go_idle(alice)

    assert told("direct", "free") is False


def test_nobody_is_free_who_has_as_many_chats_as_they_can_take(
    inviting: EntryPoint, alice: Agent
) -> None:
    steps.go_available(alice)
    for _ in range(3):
        steps.open_chat(inviting)

    assert told("direct", "free") is False


@pytest.mark.parametrize(("level", "is_free"), [(2, False), (3, True)])
def test_who_is_free_has_the_skills_that_the_page_asks_for(
    inviting: EntryPoint, alice: Agent, level: int, is_free: bool
) -> None:
    german = SkillFactory.create(organisation=inviting.organisation, name="German")
    AskedSkillFactory.create(
        entry_point=inviting, skill=german, level=3, relax_seconds=1
    )
    AgentSkillFactory.create(agent=alice, skill=german, level=level)
    steps.go_available(alice)

    assert told("direct", "free") is is_free


def test_to_ask_who_is_free_costs_the_same_however_many_queues_are_offered(
    inviting: EntryPoint, alice: Agent
) -> None:
    steps.go_available(alice)
    acme = inviting.organisation
    choice = [{"name": "topic", "label": "Topic", "type": "queue"}]
    costs = []
    for key in ("few", "many"):
        point = EntryPointFactory.create(
            organisation=acme, key=key, queue=inviting.queue, prechat_fields=choice
        )
        ProactiveRuleFactory.create(entry_point=point)
        with CaptureQueriesContext(connection) as queries:
            assert told(key, "free") is True
        costs.append(len(queries))
        QueueFactory.create_batch(10, organisation=acme)

    assert costs[0] == costs[1]


@pytest.mark.parametrize("change", ["inactive", "outside hours", "full"])
def test_nobody_is_free_where_no_chat_can_begin(
    inviting: EntryPoint, alice: Agent, change: str
) -> None:
    steps.go_available(alice)
    if change == "inactive":
        EntryPoint.objects.update(is_active=False)
    elif change == "full":
        inviting.queue.max_waiting = 0
        inviting.queue.save()
    else:
        own = HoursFactory.create(organisation=inviting.organisation, weekly=[])
        inviting.queue.hours = own
        inviting.queue.save()

    assert told("direct", "free") is False


def test_who_is_free_is_asked_once_for_a_while(
    inviting: EntryPoint, alice: Agent, django_assert_max_num_queries: Any
) -> None:
    steps.go_available(alice)
    assert told("direct", "free") is True

    steps.go_idle(alice)
    with django_assert_max_num_queries(2):
        assert told("direct", "free") is True


def test_the_script_marks_who_invites_and_names_nobody(
    client: Client, inviting: EntryPoint
) -> None:
    code = client.get("/widget.js").content.decode()

    assert f'const INVITING = "{marked(["direct"])}";' in code
    assert '"direct"' not in code
    ProactiveRule.objects.update(is_active=False)
    assert 'const INVITING = "";' in client.get("/widget.js").content.decode()


def test_the_script_stays_small_whoever_invites() -> None:
    everybody = script(f"entry-point-{number}" for number in range(20_000))

    assert len(gzip.compress(everybody.encode())) < 30 * 1024


def test_marks_are_those_that_the_widget_looks_for() -> None:
    # FNV-1a of "direct" is 0x5fe7049c (32 bits).
    assert marked([]) == ""
    assert len(marked(["direct"])) == (0x5FE7049C % 16_384) // 4 + 1


def sent(**values: object) -> dict[str, object]:
    return {f"proactive_rules-0-{name}": value for name, value in values.items()}


def test_an_administrator_edits_the_rules(
    client: Client, ada: Agent, direct: EntryPoint
) -> None:
    client.force_login(ada)
    row = sent(position=1, is_active="on", **RULE)

    answer = change(client, direct, **NO_ROWS, **row)

    assert answer.status_code == 302
    assert told("direct", "invitations")["rules"] == [RULE]
    entry = AuditEntry.objects.get(kind="entry_point", action="changed")
    assert entry.changes == {
        "invitation 1": [None, "/shop/*, 20 s, 2+: Need help?"],
    }
    answer = change(client, direct, **{"proactive_rules-0-DELETE": "on"})
    assert answer.status_code == 302
    assert not ProactiveRule.objects.exists()


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"pattern": "cart"}, "pattern", "Give a path such as /cart or /shop/*"),
        ({"pattern": "/cart #1"}, "pattern", "without spaces and #"),
        ({"pattern": "ftp://shop.example/"}, "pattern", "begins with https://"),
        ({"seconds": 3601}, "seconds", "less than or equal to 3600"),
        ({"visits": 0}, "visits", "greater than or equal to 1"),
        ({"text": " "}, "text", "required"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused_in_words(
    client: Client,
    ada: Agent,
    direct: EntryPoint,
    values: dict[str, Any],
    field: str,
    sentence: str,
) -> None:
    client.force_login(ada)

    answer = change(client, direct, **NO_ROWS, **sent(position=1, **{**RULE, **values}))

    assert answer.status_code == 200
    inline, *_ = answer.context["inline_admin_formsets"]
    [wrong] = inline.formset.errors
    assert sentence in wrong[field][0]
    assert not ProactiveRule.objects.exists()


def test_rules_are_replaced_over_rest(ada: Agent, inviting: EntryPoint) -> None:
    client, address = client_for(ada), f"{API}/entry-points/{inviting.pk}/"
    assert client.get(address).json()["proactive_rules"] == [
        {**RULE, "is_active": True}
    ]

    client.patch(address, {"greeting": "Hello"}, format="json")
    assert ProactiveRule.objects.count() == 1
    rows = [{"text": "First"}, {**RULE, "text": "Second"}]
    client.patch(address, {"proactive_rules": rows}, format="json")

    assert [row["text"] for row in told("direct", "invitations")["rules"]] == [
        "First",
        "Second",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        "all",
        [{}],
        [{"text": "x" * 201}],
        [{"text": "x", "pattern": "cart"}],
        [{"text": "x"}] * 21,
    ],
)
def test_wrong_rules_are_refused_over_rest(
    ada: Agent, inviting: EntryPoint, rows: object
) -> None:
    answer = client_for(ada).patch(
        f"{API}/entry-points/{inviting.pk}/", {"proactive_rules": rows}, format="json"
    )

    refuses(answer, 400, "invalid", errors=["proactive_rules"])
    assert ProactiveRule.objects.get().text == RULE["text"]
