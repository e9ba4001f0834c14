"""Reviews over REST: what they keep, how they change, what is read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.models import AuditEntry, Role
from reports.models import Criterion, Review
from tests import cast, steps, trail
from tests.reports.scoring import (
    change,
    form_of,
    mark_read,
    marks,
    read,
    remove,
    review,
    reviewed,
)
from tests.steps import API, client_for, for_agents, refuses
from tests.together import together

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from tests.steps import Chat

CARD = "4111 1111 1111 1111"


@pytest.fixture
def form(acme: Organisation) -> tuple[Criterion, Criterion]:
    return form_of(acme)


@pytest.fixture
def chat(form: object, alice: Agent, direct: EntryPoint) -> Chat:
    """A chat of Alice's, which is over."""
    return steps.completed(alice, direct, customer={"name": "Dora"})


# --- once -------------------------------------------------------------------------
def test_the_same_again_is_answered_as_it_is(sam: Agent, chat: Chat) -> None:
    stored = reviewed(sam, chat, comment="Good")

    again = review(sam, chat, comment="Good")

    assert (again.status_code, again.json()) == (200, stored)
    refuses(review(sam, chat, comment="Better"), 409, "already_done")
    assert Review.objects.get().comment == "Good"
    assert AuditEntry.objects.filter(kind="review").count() == 1


def test_a_double_click_gives_one_review(sam: Agent, chat: Chat) -> None:
    client, body = client_for(sam), {"scores": marks(), "comment": "Good"}

    def click() -> int:
        url = for_agents(chat, "reviews")
        return int(client.post(url, body, format="json").status_code)

    codes = together([click, click])

    assert sorted(codes) == [200, 201]
    assert Review.objects.count() == 1


# --- changing ---------------------------------------------------------------------
def test_the_author_changes_a_review(
    clockwork: Clockwork, sam: Agent, ada: Agent, alice: Agent, chat: Chat
) -> None:
    stored = reviewed(sam, chat, comment="Good")
    mark_read(alice, stored)
    assert read(alice, unread=True) == []

    changed = change(sam, stored, scores=marks(3, None), comment="Fair").json()

    assert (changed["total"], changed["comment"]) == (3.0, "Fair")
    assert changed["edited_at"] is not None
    assert read(alice, unread=True) == [changed]
    entry = trail.said(ada, "changed")
    assert entry["object"]["kind"] == "review"
    assert entry["changes"] == {
        "scores": [{"Greeting": 5, "Language": 2}, {"Greeting": 3, "Language": None}],
        "total": [4.0, 3.0],
        "comment": ["Good", "Fair"],
    }


def test_a_change_that_changes_nothing_leaves_no_trace(
    sam: Agent, alice: Agent, chat: Chat
) -> None:
    stored = reviewed(sam, chat, comment="Good")
    mark_read(alice, stored)

    answer = change(sam, stored, comment="Good", scores=marks())

    assert answer.json()["edited_at"] is None
    assert read(alice, unread=True) == []
    assert not AuditEntry.objects.filter(kind="review", action="changed").exists()


def test_only_the_author_changes_and_administrators_remove(
    sam: Agent, ada: Agent, chat: Chat
) -> None:
    stored = reviewed(sam, chat, comment="Good")

    refuses(change(ada, stored, comment="Bad"), 403, "forbidden")
    assert Review.objects.get().comment == "Good"
    assert remove(ada, stored).status_code == 204
    assert not Review.objects.exists()
    refuses(remove(ada, stored), 404, "not_found")
    assert trail.said(ada, "deleted")["changes"]["comment"] == ["Good", None]


def test_the_author_removes_a_review(sam: Agent, alice: Agent, chat: Chat) -> None:
    stored = reviewed(sam, chat)

    assert remove(sam, stored).status_code == 204
    assert read(alice) == []


def test_another_supervisor_of_the_team_changes_and_removes_nothing(
    acme: Organisation, sam: Agent, ada: Agent, alice: Agent, chat: Chat
) -> None:
    team = alice.teams.get()
    sue = cast.person("Sue", acme, role=Role.SUPERVISOR, teams=[team])
    stored = reviewed(sam, chat)

    refuses(change(sue, stored, comment="Mine"), 403, "forbidden")
    refuses(remove(sue, stored), 403, "forbidden")
    assert read(sue) == [stored]


def test_a_changed_form_changes_no_earlier_review(
    sam: Agent, ada: Agent, chat: Chat
) -> None:
    stored = reviewed(sam, chat)
    keys = {row["name"]: row["criterion"] for row in stored["scores"]}

    url = f"{API}/quality/criteria"
    client = client_for(ada)
    renamed = {"name": "Opening", "weight": 9}
    client.patch(f"{url}/{keys['Greeting']}/", renamed, format="json")
    client.patch(f"{url}/{keys['Language']}/", {"is_active": False}, format="json")

    assert read(sam) == [stored]
    scores = [{"criterion": key, "value": 3} for key in keys.values()]
    assert change(sam, stored, scores=scores).json()["total"] == 3.0
    in_use = client.delete(f"{url}/{keys['Language']}/")
    refuses(in_use, 409, "in_use")
    assert len(read(sam)[0]["scores"]) == 2


# --- what is written --------------------------------------------------------------
def test_card_numbers_in_comments_are_hidden(
    sam: Agent, ada: Agent, alice: Agent, chat: Chat
) -> None:
    stored = reviewed(sam, chat, comment=f"Why was {CARD} asked for?")

    assert stored["comment"] == "Why was ************1111 asked for?"
    assert stored["masked"] is True
    changed = change(sam, stored, comment=f"Pay {CARD}").json()
    assert (changed["comment"], changed["masked"]) == ("Pay ************1111", True)
    told = str(trail.read(ada))
    assert not [form for form in (CARD, CARD.replace(" ", "")) if form in told]


def test_comments_with_card_numbers_are_dropped_where_all_texts_are(
    acme: Organisation, sam: Agent, chat: Chat
) -> None:
    acme.sensitive_data_policy = "drop"
    acme.save()

    refuses(review(sam, chat, comment=CARD), 422, "dropped")
    assert not Review.objects.exists()
    stored = reviewed(sam, chat, comment="Good")
    refuses(change(sam, stored, comment=CARD), 422, "dropped")
    assert read(sam) == [stored]


def test_hostile_text_stays_text(sam: Agent, alice: Agent, chat: Chat) -> None:
    text = "<img src=x onerror=alert(1)>\u202e{{ 7*7 }}"

    reviewed(sam, chat, comment=text)

    assert read(alice)[0]["comment"] == text


# --- lists ------------------------------------------------------------------------
def test_reviews_are_narrowed(
    clockwork: Clockwork,
    sam: Agent,
    alice: Agent,
    bob: Agent,
    direct: EntryPoint,
    chat: Chat,
) -> None:
    first = reviewed(sam, chat)
    steps.go_idle(alice)
    clockwork.moves(seconds=3600)
    second = reviewed(sam, steps.completed(bob, direct))

    assert read(sam) == [second, first]
    assert read(sam, agent=bob.pk) == [second]
    assert read(sam, until=second["created_at"]) == [first]
    assert read(sam, since=second["created_at"]) == [second]
    assert read(alice, agent=bob.pk) == []


def test_reading_is_the_agents_own(sam: Agent, alice: Agent, chat: Chat) -> None:
    stored = reviewed(sam, chat)

    mark_read(sam, stored)
    assert read(alice, unread=True) == [stored]
    mark_read(alice, stored)
    assert read(alice, unread=True) == []
    assert read(alice)[0]["read_at"] is not None
