"""Articles over REST: kept by administrators, found by all who talk to customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from queues.models import Article, ArticlePassage
from tests import sockets
from tests.factories import ArticleFactory, QueueFactory
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from agents.models import Agent, Organisation
    from queues.models import Queue
    from tests.clockwork import Clockwork
    from tests.steps import Chat

ARTICLES = f"{API}/articles/"
BODY = "# Europe\n\nWithin **three** days.\n\n# Elsewhere\n\nWithin nine days."


def make(ada: Agent, **values: Any) -> Any:
    body = {"title": "Delivery", "body": BODY, "state": "published", **values}
    return client_for(ada).post(ARTICLES, body, format="json")


def search(agent: Agent, **asked: Any) -> list[str]:
    answer = client_for(agent).get(f"{ARTICLES}search/", asked)
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()]


def test_an_article_is_kept_changed_found_and_deleted(
    ada: Agent, alice: Agent, support: Queue
) -> None:
    made = make(ada, language="en", queues=[support.pk])
    assert made.status_code == 201, made.content
    article = made.json()
    client, at = client_for(ada), f"{ARTICLES}{article['id']}/"

    assert article == {
        "id": article["id"],
        "title": "Delivery",
        "body": BODY,
        "language": "en",
        "queues": [support.pk],
        "state": "published",
        "updated_at": article["updated_at"],
    }
    assert client_for(alice).get(f"{ARTICLES}search/", {"q": "nine?"}).json() == [
        {
            "id": article["id"],
            "title": "Delivery",
            "excerpt": "Elsewhere\nWithin nine days.",
        }
    ]
    changed = client.patch(at, {"state": "draft"}, format="json").json()
    assert changed == article | {
        "state": "draft",
        "updated_at": changed["updated_at"],
    }
    assert search(alice, q="nine") == []
    assert client.delete(at).status_code == 204
    assert not ArticlePassage.objects.exists()


def test_the_time_is_of_the_last_change(ada: Agent, clockwork: Clockwork) -> None:
    made = make(ada).json()
    at = f"{ARTICLES}{made['id']}/"
    clockwork.moves(seconds=60)

    same = client_for(ada).patch(at, {"title": "Delivery"}, format="json").json()
    other = client_for(ada).patch(at, {"title": "Parcels"}, format="json").json()

    assert same["updated_at"] == made["updated_at"] < other["updated_at"]
    assert search(ada, q="parcels") == ["Parcels"]
    assert search(ada, q="delivery") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("body", ""),
        ("body", "\u200b"),
        ("body", "x" * 50_001),
        ("language", "English"),
        ("language", "e\n"),
        ("state", "secret"),
        ("queues", [999_999]),
    ],
)
def test_nonsense_is_refused(ada: Agent, field: str, value: Any) -> None:
    answer = make(ada, **{field: value})

    refuses(answer, 400, "invalid", errors=[field])
    assert not Article.objects.exists()
    assert not ArticlePassage.objects.exists()


def test_a_title_is_one_of_its_kind_in_its_language(
    ada: Agent, acme: Organisation
) -> None:
    ArticleFactory.create(organisation=acme, title="Delivery", language="en")

    assert make(ada, language="de").status_code == 201
    refuses(make(ada, language="en"), 400, "invalid", errors=["title"])


def test_others_articles_do_not_exist(ada: Agent, help_queue: Queue) -> None:
    other = ArticleFactory.create(organisation=help_queue.organisation, title="Globex")

    answer = client_for(ada).get(f"{ARTICLES}{other.pk}/")
    refuses(answer, 404, "not_found")
    refuses(make(ada, queues=[help_queue.pk]), 400, "invalid", errors=["queues"])
    assert search(ada, q="globex") == []


# --- search -----------------------------------------------------------------------
def test_an_article_is_found_once_by_its_best_passage(
    acme: Organisation, alice: Agent
) -> None:
    own = {"organisation": acme}
    body = "# A\n\nParcels.\n\n# B\n\nBlue parcels.\n\n# C\n\nParcels too."
    ArticleFactory.create(title="Colours", body=body, **own)
    ArticleFactory.create(title="Other", body="Parcels.", **own)

    answer = client_for(alice).get(f"{ARTICLES}search/", {"q": "blue parc"}).json()

    assert [(row["title"], row["excerpt"]) for row in answer] == [
        ("Colours", "B\nBlue parcels."),
        ("Other", "Parcels."),
    ]


def test_articles_of_other_queues_are_left_out(
    acme: Organisation, alice: Agent, support: Queue
) -> None:
    sales = QueueFactory.create(organisation=acme, name="Sales")
    own = {"organisation": acme, "body": "Parcels."}
    ArticleFactory.create(title="All", **own)
    ArticleFactory.create(title="Sales", queues=[sales], **own)

    assert search(alice, q="parcels", queue=support.pk) == ["All"]
    assert sorted(search(alice, q="parcels", queue=sales.pk)) == ["All", "Sales"]
    assert sorted(search(alice, q="parcels")) == ["All", "Sales"]
    assert search(alice) == search(alice, q="?!") == ["All", "Sales"]
    assert search(alice, queue=support.pk) == ["All"]


@pytest.mark.parametrize("asked", [{"queue": "x"}, {"queue": 2**63}, {"q": "x" * 8001}])
def test_a_wrong_search_is_refused(alice: Agent, asked: dict[str, Any]) -> None:
    answer = client_for(alice).get(f"{ARTICLES}search/", asked)

    refuses(answer, 400, "invalid", errors=[*asked])


def test_a_search_costs_the_same_whatever_is_found(
    acme: Organisation,
    alice: Agent,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(30):
        ArticleFactory.create(organisation=acme, body=f"Parcel {number}")
    client = client_for(alice)

    with django_assert_max_num_queries(7):
        answer = client.get(f"{ARTICLES}search/", {"q": "parcel"})

    assert len(answer.json()) == 20


def test_open_desks_hear_of_the_first_article_and_of_the_last(
    acme: Organisation, ada: Agent, alice: Agent, talking: Chat, support: Queue
) -> None:
    """Of all others between they hear nothing, nor of those for other queues."""
    client, told = client_for(ada), {"type": "articles", "queue": support.pk}
    sales = QueueFactory.create(organisation=acme, name="Sales")

    with sockets.desk_of(alice) as desk:
        draft = make(ada, state="draft").json()["id"]
        make(ada, title="Prices", queues=[sales.pk])
        assert desk.heard() == []

        client.patch(f"{ARTICLES}{draft}/", {"state": "published"}, format="json")
        assert desk.heard() == [told]

        second = make(ada, title="Returns", queues=[support.pk]).json()["id"]
        client.delete(f"{ARTICLES}{draft}/")
        assert desk.heard() == []

        client.patch(f"{ARTICLES}{second}/", {"queues": [sales.pk]}, format="json")
        assert desk.heard() == [told]
    assert search(alice, queue=support.pk) == []
