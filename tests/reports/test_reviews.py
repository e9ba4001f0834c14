"""Reviews over REST: who gives them, who reads them, what they keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.models import Role
from reports.models import Criterion, Review
from tests import cast, steps
from tests.factories import CriterionFactory, TeamFactory
from tests.reports.scoring import (
    change,
    form_of,
    marks,
    read,
    remove,
    review,
    reviewed,
)
from tests.steps import API, client_for, for_agents, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.steps import Chat

CARD = "4111 1111 1111 1111"


@pytest.fixture
def form(acme: Organisation) -> tuple[Criterion, Criterion]:
    return form_of(acme)


@pytest.fixture
def chat(form: object, alice: Agent, direct: EntryPoint) -> Chat:
    """A chat of Alice's, which is over."""
    return steps.completed(alice, direct, customer={"name": "Dora"})


@pytest.fixture
def sol(acme: Organisation) -> Agent:
    """The supervisor of another team."""
    team = TeamFactory.create(organisation=acme, name="Second line")
    return cast.person("Sol", acme, role=Role.SUPERVISOR, teams=[team])


# --- giving -------------------------------------------------------------------
def test_a_supervisor_reviews_a_chat_of_the_own_team(
    sam: Agent, alice: Agent, chat: Chat
) -> None:
    stored = reviewed(sam, chat, comment="Well explained.")

    assert stored["agent"] == {"id": alice.pk, "display_name": "Alice"}
    assert stored["reviewer"] == {"id": sam.pk, "display_name": "Sam"}
    assert stored["contact"] == str(chat.id)
    assert [(s["name"], s["weight"], s["value"]) for s in stored["scores"]] == [
        ("Greeting", 2, 5),
        ("Language", 1, 2),
    ]
    assert stored["total"] == 4.0
    assert stored["comment"] == "Well explained."
    assert stored["edited_at"] is stored["read_at"] is None
    assert read(alice) == [stored]


def test_what_is_left_out_counts_in_no_score(sam: Agent, chat: Chat) -> None:
    assert reviewed(sam, chat, scores=marks(4, None))["total"] == 4.0


def test_a_total_is_rounded_to_hundredths(sam: Agent, chat: Chat) -> None:
    assert reviewed(sam, chat, scores=marks(5, 3))["total"] == 4.33


@pytest.mark.parametrize(
    "body",
    [
        {"scores": []},
        {"scores": [{"criterion": 2147483000, "value": 3}]},
        {"scores": "5"},
        {"scores": [{"criterion": 1}]},
        {"comment": "x" * 4001},
        {"comment": "\x00"},
        {"comment": 5},
        {"agent": "Alice"},
    ],
)
def test_a_review_that_cannot_be_right_is_refused(
    sam: Agent, chat: Chat, body: dict[str, object]
) -> None:
    refuses(review(sam, chat, **body), 400, "invalid", errors=[*body])

    assert not Review.objects.exists()


@pytest.mark.parametrize("value", [0, 6, -1, 2.5, "5", True, None])
def test_scores_are_whole_numbers_from_1_to_5(
    sam: Agent, chat: Chat, value: object
) -> None:
    scores = marks()
    scores[0]["value"] = value

    refuses(review(sam, chat, scores=scores), 400, "invalid", errors=["scores"])
    assert not Review.objects.exists()


def test_each_criterion_of_the_form_is_scored(
    acme: Organisation, sam: Agent, chat: Chat
) -> None:
    given = marks()
    CriterionFactory.create(organisation=acme, name="Added since")

    refuses(review(sam, chat, scores=given), 400, "invalid", errors=["scores"])
    assert not Review.objects.exists()


def test_without_criteria_there_is_nothing_to_score_by(sam: Agent, chat: Chat) -> None:
    Criterion.objects.update(is_active=False)

    refuses(review(sam, chat), 409, "wrong_state")
    assert not Review.objects.exists()


def test_a_chat_that_goes_on_is_not_reviewed(
    form: object, sam: Agent, alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)

    refuses(review(sam, chat), 409, "wrong_state")
    assert not Review.objects.exists()


def test_who_joined_can_be_reviewed_too(
    form: object, sam: Agent, alice: Agent, bob: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)
    steps.go_available(bob)
    steps.transfer(alice, chat, to=bob)
    steps.accept(bob, chat)
    steps.end(bob, chat)

    assert reviewed(sam, chat)["agent"]["display_name"] == "Bob"
    assert reviewed(sam, chat, agent=alice.pk)["agent"]["display_name"] == "Alice"


def test_who_did_not_talk_is_not_reviewed(
    sam: Agent, bob: Agent, carol: Agent, alice: Agent, direct: EntryPoint, chat: Chat
) -> None:
    refuses(review(sam, chat, agent=bob.pk), 400, "invalid", errors=["agent"])
    refuses(review(sam, chat, agent=2147483000), 400, "invalid", errors=["agent"])
    assert not Review.objects.exists()


# --- who may --------------------------------------------------------------------
def test_only_who_oversees_the_agent_reviews(
    acme: Organisation, sol: Agent, alice: Agent, bob: Agent, chat: Chat
) -> None:
    """Alice knows of the chat, Bob does not."""
    refuses(review(sol, chat), 403, "forbidden")
    refuses(review(alice, chat), 403, "forbidden")
    refuses(review(bob, chat), 404, "not_found")
    assert not Review.objects.exists()


def test_nobody_reviews_themself(
    form: object, sam: Agent, ada: Agent, direct: EntryPoint
) -> None:
    chat = steps.completed(sam, direct)

    refuses(review(sam, chat), 403, "forbidden")
    refuses(review(sam, chat, agent=sam.pk), 403, "forbidden")
    assert not Review.objects.exists()
    assert reviewed(ada, chat)["agent"]["display_name"] == "Sam"


def test_another_organisations_chat_is_unknown(greta: Agent, chat: Chat) -> None:
    form_of(greta.organisation)  # type: ignore[arg-type]

    refuses(review(greta, chat), 404, "not_found")
    assert not Review.objects.exists()


def test_reviews_are_read_by_whom_they_are_about_and_who_oversees(
    sam: Agent,
    ada: Agent,
    sol: Agent,
    alice: Agent,
    bob: Agent,
    gina: Agent,
    chat: Chat,
) -> None:
    stored = reviewed(sam, chat)
    reviewed(ada, chat)

    seen = {who.display_name: len(read(who)) for who in (alice, sam, ada)}
    assert seen == {"Alice": 2, "Sam": 2, "Ada": 2}
    for other in (bob, sol, gina):
        assert read(other) == []
        answer = client_for(other).get(f"{API}/reviews/{stored['id']}/")
        refuses(answer, 404, "not_found")
        refuses(change(other, stored, comment="Mine"), 404, "not_found")
        refuses(remove(other, stored), 404, "not_found")
    assert Review.objects.count() == 2
    assert not Review.objects.filter(comment="Mine").exists()


def test_the_agent_changes_nothing(sam: Agent, alice: Agent, chat: Chat) -> None:
    stored = reviewed(sam, chat)

    refuses(change(alice, stored, comment="Perfect"), 403, "forbidden")
    refuses(remove(alice, stored), 403, "forbidden")
    assert read(alice) == [stored]


def test_a_contact_lists_its_reviews(
    sam: Agent, ada: Agent, alice: Agent, sol: Agent, chat: Chat
) -> None:
    stored = [reviewed(sam, chat), reviewed(ada, chat)]

    for reader, rows in ((alice, stored), (sam, stored), (sol, [])):
        answer = client_for(reader).get(for_agents(chat, "reviews"))
        assert answer.json() == rows
