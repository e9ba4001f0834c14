"""Passages of articles: how bodies are divided, and which ones a question finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from core import clock
from queues import passages
from queues.queries import article_passages
from queues.services import articles
from tests.factories import ArticleFactory, QueueFactory

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from agents.models import Organisation
    from queues.models import Queue

pytestmark = pytest.mark.telling


def found(
    organisation: Organisation, text: str, queue: Queue | None = None, **options: Any
) -> list[str]:
    rows = article_passages(
        organisation.pk,
        text,
        queue_id=queue.pk if queue else None,
        limit=options.pop("limit", 10),
        **options,
    )
    assert [row.rank for row in rows] == sorted((r.rank for r in rows), reverse=True)
    return [row.title for row in rows]


# --- dividing -----------------------------------------------------------------
def test_each_heading_begins_a_passage() -> None:
    body = """Before *all*.

# Europe

Three days, see [them](https://acme.example).

- **France**: two
- Spain

# Nothing below

## Elsewhere

1. Ask
2. Wait\\
   and wait

| Zone | Days |
|------|------|
| A    | 5    |

<b>No markup</b>
"""

    assert list(passages.divided(body)) == [
        "Before all.",
        "Europe\nThree days, see them (https://acme.example).\n- France: two\n- Spain",
        "Elsewhere\n1. Ask\n2. Wait\nand wait\nZone | Days\nA | 5\n<b>No markup</b>",
    ]


def test_a_passage_has_at_most_1200_characters() -> None:
    sentence = "Somebody says something about it. "
    body = f"# Long\n\n{sentence * 80}\n\n{'x' * 3000}\n\n```\n{'code ' * 300}\n```"

    parts = list(passages.divided(body))

    assert all(0 < len(part) <= 1200 for part in parts)
    assert "".join(parts).count("Somebody") == 80
    assert "".join(parts).count("x") == 3000
    assert parts[1].endswith("it.")


@pytest.mark.parametrize(
    "body", ["", "# Only\n\n## Headings", "\u200b", "---", ">" * 99]
)
def test_what_says_nothing_has_no_passage(body: str) -> None:
    assert list(passages.divided(body)) == []


# --- finding ------------------------------------------------------------------
def test_a_question_finds_what_has_the_most_and_the_rarest_of_its_words(
    acme: Organisation,
) -> None:
    own = {"organisation": acme}
    ArticleFactory.create(
        title="Cards", body="You can pay with a gift card you have.", **own
    )
    ArticleFactory.create(title="Hours", body="You can call when you like.", **own)
    ArticleFactory.create(
        title="Paying", body="# Rates\n\nYou can pay in rates.\n\n# Cash\n\nNo.", **own
    )

    assert found(acme, "Can you pay with a GIFT-card?")[0] == "Cards"
    assert found(acme, "rates") == ["Paying"]
    assert found(acme, "pay", limit=1) in (["Paying"], ["Cards"])
    assert found(acme, "Is there parking?!") == []
    assert found(acme, "") == found(acme, "  ?! \u200b") == []
    [best, *_] = article_passages(acme.pk, "in rates", queue_id=None, limit=5)
    assert (best.title, best.text) == ("Paying", "Rates\nYou can pay in rates.")


def test_a_word_in_the_title_counts_twice(acme: Organisation) -> None:
    own = {"organisation": acme}
    ArticleFactory.create(title="Returns", body="Delivery is not paid back.", **own)
    ArticleFactory.create(title="Delivery", body="Three days.", **own)
    ArticleFactory.create(title="Gifts", body="Nice.", **own)

    assert found(acme, "delivery") == ["Delivery", "Returns"]


@pytest.mark.parametrize(
    ("language", "body", "asked"),
    [
        ("en", "You may return it.", "returning"),
        ("", "Größe und Straße", "STRASSE grosse"),
        ("de", "Die Bestellungen sind da.", "bestellung"),
        ("fr-CA", "À bientôt, très chère élève.", "eleve"),
        ("ja", "配送は三日かかります。", "三日"),
        ("ar", "يتم التسليم", "التسليم"),
        ("hi", "वितरण है", "वितरण"),
        ("tlh", "The form A38 is gone", "a38"),
    ],
)  # fmt: skip
def test_words_are_found_whatever_their_case_accents_and_script(
    acme: Organisation, language: str, body: str, asked: str
) -> None:
    if language == "de" and connection.vendor == "sqlite":
        asked = "bestellungen"  # there are stems of English alone
    ArticleFactory.create(organisation=acme, title="It", body=body, language=language)
    ArticleFactory.create(organisation=acme, title="Other", body="No such thing.")

    assert found(acme, f"{asked}?") == ["It"]


def test_the_last_word_may_still_be_written(acme: Organisation) -> None:
    ArticleFactory.create(organisation=acme, title="A", body="A long guarantee.")

    assert found(acme, "long guar", is_typing=True) == ["A"]
    assert found(acme, "guar", is_typing=True) == ["A"]
    assert found(acme, "guar gone", is_typing=True) == found(acme, "guar") == []


@pytest.mark.parametrize(
    "asked",
    [
        '"', "'", "\\", "a' OR 1=1 --", '" OR words : "x', "x:*", "!x & | <-> y", "(((",
        "NEAR(a b)", "words_of_title : secret", "%", "%s", "*", "^x", "a" * 70_000,
        "\0", "-", "AND", "NOT", "{words} : secret", "😀",
        " ".join(map(str, range(5000))),
    ],
)  # fmt: skip
def test_no_question_is_read_as_a_query(acme: Organisation, asked: str) -> None:
    ArticleFactory.create(organisation=acme, title="Kept", body="Quietly.")

    assert found(acme, asked) == found(acme, asked, is_typing=True) == []


def test_only_published_articles_of_the_queue_are_found(
    acme: Organisation, support: Queue, help_queue: Queue
) -> None:
    sales = QueueFactory.create(organisation=acme, name="Sales")
    own = {"organisation": acme, "body": "Parcels"}
    ArticleFactory.create(title="All", **own)
    ArticleFactory.create(title="Draft", state="draft", **own)
    ArticleFactory.create(title="Sales", queues=[sales], **own)
    ArticleFactory.create(title="Both", queues=[sales, support], **own)
    ArticleFactory.create(
        title="Globex", organisation=help_queue.organisation, body="Parcels"
    )

    assert sorted(found(acme, "parcels", support)) == ["All", "Both"]
    assert sorted(found(acme, "parcels", sales)) == ["All", "Both", "Sales"]
    assert sorted(found(acme, "parcels")) == ["All", "Both", "Sales"]
    assert found(help_queue.organisation, "parcels") == ["Globex"]


def test_what_is_changed_or_deleted_is_found_as_it_is(acme: Organisation) -> None:
    article = ArticleFactory.create(organisation=acme, title="Old", body="Parcels")

    article.title, article.body = "New", "Letters\n\n# More\n\nStamps"
    articles.save(article, now=clock.now(), changed=["title", "body"])

    assert found(acme, "old parcels") == []
    assert found(acme, "letters") == found(acme, "stamps") == ["New"]
    article.state = "draft"
    articles.save(article, now=clock.now(), changed=["state"])
    assert found(acme, "letters") == []
    article.state = "published"
    articles.save(article, now=clock.now())
    articles.delete(article)
    assert found(acme, "letters") == []


def test_a_question_is_one_query(
    acme: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        body = f"Parcel {number}\n\n# More\n\nparcels"
        ArticleFactory.create(organisation=acme, body=body)

    with django_assert_num_queries(1):
        rows = article_passages(acme.pk, "parcel 7", queue_id=None, limit=30)

    assert len(rows) >= 20
    assert rows[0].text == "Parcel 7"
