"""The pages of articles: written, shown as they will look, from and to files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from queues.models import Article
from tests.administration.pages.files import (
    confirm,
    doings,
    exported,
    mistakes,
    preview,
    table,
    written,
)
from tests.administration.pages.site import add, change, errors, page
from tests.factories import ArticleFactory

if TYPE_CHECKING:
    from django.test import Client

    from agents.models import Organisation
    from queues.models import Queue

HOSTILE = """# Delivery

Within **three** days. <script>alert(1)</script> [a](javascript:alert(1))
![i](https://elsewhere.example/i.png) [b](https://acme.example/b)
"""
COLUMNS = ("id", "title", "body", "language", "queues", "state")


def test_an_article_is_written_and_shown_as_it_will_look(
    adas_browser: Client, support: Queue
) -> None:
    add(adas_browser, Article, title="Delivery", body=HOSTILE, queues=[support.pk])

    article = Article.objects.get()
    assert article.passages.count() == 1
    assert list(article.queues.all()) == [support]
    shown = adas_browser.get(page(Article, "change", article.pk)).content.decode()
    assert "<h1>Delivery</h1>" in shown
    assert "<strong>three</strong>" in shown
    assert '<a href="https://acme.example/b"' in shown
    assert "<script>alert" not in shown
    assert 'href="javascript:' not in shown
    assert 'src="https://elsewhere' not in shown


def test_a_change_is_found(adas_browser: Client, acme: Organisation) -> None:
    article = ArticleFactory.create(organisation=acme, title="Old")

    change(adas_browser, article, body="Parcels.")
    wrong = change(adas_browser, article, body="x" * 50_001)

    assert [p.text for p in article.passages.all()] == ["Parcels."]
    assert "body" in errors(wrong)
    shown = adas_browser.get(page(Article, "changelist"), {"q": "PARCELS"})
    assert "Old" in shown.content.decode()


# --- files ------------------------------------------------------------------------
def test_a_file_that_comes_back_changes_nothing(
    adas_browser: Client, acme: Organisation, support: Queue
) -> None:
    article = ArticleFactory.create(
        organisation=acme, title="A", body="# B\n\n- =c", queues=[support]
    )
    ArticleFactory.create(organisation=acme, title="A", language="de")

    content = exported(adas_browser, Article)
    rows = {row["id"]: row for row in table(content)}

    row = rows.pop(str(article.pk))
    assert [*row] == [*COLUMNS]
    [other] = rows.values()
    assert (other["language"], other["state"]) == ("de", "published")
    assert doings(preview(adas_browser, Article, content)) == ["Unchanged"] * 2


def test_a_row_changes_the_one_it_names_or_adds_one(
    adas_browser: Client, acme: Organisation, support: Queue
) -> None:
    named = ArticleFactory.create(organisation=acme, title="By id")
    titled = ArticleFactory.create(organisation=acme, title="Títle", language="de")
    text = written(
        COLUMNS,
        [str(named.pk), "Renamed", "One.", "en", "", "published"],
        ["", "TITLE", "Two.", "de", "support", "draft"],
        ["", "Title", "Three.", "en", "", "draft"],
    )

    shown = preview(adas_browser, Article, text)
    untouched = Article.objects.count(), named.passages.get().text
    done = confirm(adas_browser, Article, shown)

    assert doings(shown) == ["Changed", "Changed", "New"]
    assert [cells[0].after for _, _, cells in shown.context["rows"]][2] == ""
    assert untouched == (2, "We deliver within three days.")
    assert done["Location"] == page(Article, "changelist")
    named.refresh_from_db()
    titled.refresh_from_db()
    assert (named.title, named.passages.get().text) == ("Renamed", "One.")
    assert (titled.body, titled.state) == ("Two.", "draft")
    assert list(titled.queues.all()) == [support]
    assert Article.objects.get(language="en", title="Title").state == "draft"


def test_wrong_rows_are_named_and_nothing_is_stored(
    adas_browser: Client, acme: Organisation, help_queue: Queue
) -> None:
    other = ArticleFactory.create(organisation=help_queue.organisation)
    ArticleFactory.create(organisation=acme, title="Here", language="en")
    text = written(
        COLUMNS,
        [str(other.pk), "A", "A.", "", "", "draft"],
        ["x", "B", "B.", "", "", "draft"],
        ["", "C", "", "", "", "hidden"],
        ["", "D", "D.", "English", "Help", "draft"],
        ["", "E", "E.", "", "", "draft"],
        ["", "\u00c9", "E.", "", "", "draft"],
    )

    found = mistakes(preview(adas_browser, Article, text))

    assert [(row, column) for row, column, _ in found] == [
        (2, "id"),
        (3, "id"),
        (4, "body"),
        (4, "state"),
        (5, "language"),
        (5, "queues"),
        (7, "title"),
    ]
    assert found[0][2] == f"There is no article “{other.pk}” here. Empty: a new one."
    assert Article.objects.filter(organisation=acme).count() == 1
