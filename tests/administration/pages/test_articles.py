"""The pages of articles: written, shown as they will look, from and to files."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from queues.models import Article
from tests.administration.pages.files import (
    confirm,
    doings,
    exported,
    mistakes,
    preview,
    sentences,
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


@pytest.mark.parametrize("miss", ["", "x", "0", "1" * 30, "1" * 4301], ids=len)
def test_a_number_of_no_miss_begins_an_empty_article(
    adas_browser: Client, miss: str
) -> None:
    answer = adas_browser.get(page(Article, "add"), {"miss": miss})

    assert answer.status_code == 200
    assert not answer.context["adminform"].form["title"].value()


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
        ["1" * 4301, "F", "F.", "", "", "draft"],
        ["", "C", "", "", "", "hidden"],
        ["", "D", "D.", "English", "Help", "draft"],
        ["", "E", "E.", "", "", "draft"],
        ["", "\u00c9", "E.", "", "", "draft"],
    )

    found = mistakes(preview(adas_browser, Article, text))

    assert [(row, column) for row, column, _ in found] == [
        (2, "id"),
        (3, "id"),
        (4, "id"),
        (5, "body"),
        (5, "state"),
        (6, "language"),
        (6, "queues"),
        (8, "title"),
    ]
    assert found[0][2] == f"There is no article “{other.pk}” here. Empty: a new one."
    assert Article.objects.filter(organisation=acme).count() == 1


# --- Markdown ---------------------------------------------------------------------
def upload(browser: Client, *files: tuple[str, bytes], **fields: str) -> Any:
    """Choose files; return the page that follows."""
    chosen = [SimpleUploadedFile(name, content) for name, content in files]
    return browser.post(page(Article, "import"), {"file": chosen, **fields})


def packed(*files: tuple[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            # Without a time: the cases have the same names in every process.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def test_markdown_becomes_articles(adas_browser: Client, acme: Organisation) -> None:
    old = ArticleFactory.create(organisation=acme, title="=Returns", language="en")
    files = [
        ("a.md", b"# Delivery *fast*\r\n\r\nThree days.\r\n"),
        ("gift_cards-and-more.MD", "Grüße\n\n## Part\n\nMore.".encode()),
        (
            "rest.zip",
            packed(
                ("docs/b.md", b"Before.\n\n=Returns\n========\n\nAfter.\n\n# Too"),
                ("__MACOSX/docs/._b.md", b"\xff"),
                ("docs/.DS_Store", b"\0"),
            ),
        ),
    ]

    shown = upload(adas_browser, *files, language="en", state="published")
    untouched = Article.objects.count()
    confirm(adas_browser, Article, shown)

    assert doings(shown) == ["New", "New", "Changed"]
    assert untouched == 1
    rows = Article.objects.filter(language="en", state="published")
    assert {row.title: row.body for row in rows} == {
        "Delivery fast": "Three days.",
        "gift cards and more": "Grüße\n\n## Part\n\nMore.",
        "=Returns": "Before.\n\n\nAfter.\n\n# Too",
    }
    old.refresh_from_db()
    assert old.passages.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.md", b"\xff", "“a.md” is not in UTF-8."),
        ("a.md", b"\0", "“a.md” has bytes that are no text."),
        ("a.md", b"# Only a title", "“a.md” says nothing below its title."),
        ("a.md", b"# " + b"x" * 201 + b"\n\nB", "a title of more than 200 characters."),
        ("a.md", b"x" * 50_201, "“a.md” has more than 50,000 characters."),
        ("a.zip", b"PK", "“a.zip” is no archive that can be read."),
        ("a.zip", packed(), "There is no Markdown file in the archive."),
        ("a.zip", packed(("x.png", b"")), "“x.png” in “a.zip” is no Markdown file"),
        ("a.zip", packed(("x.md", b" " * 2_000_000)), "more than 1024 KB."),
        ("a.zip", packed(*((f"{n}.md", b"x") for n in range(251))), "251 files"),
        ("a.zip", packed(("x.md", b"x"))[:-30], "“a.zip” is no archive"),
        ("a.txt", b"# A\n\nB.", "Missing: title, body."),
        ("a.md", b"", "This file is empty."),
    ],
)
def test_what_is_no_markdown_is_refused_in_a_sentence(
    adas_browser: Client, name: str, content: bytes, sentence: str
) -> None:
    shown = upload(adas_browser, (name, content))

    assert sentence in sentences(shown)
    assert not Article.objects.exists()


def test_files_of_several_kinds_are_refused(adas_browser: Client) -> None:
    shown = upload(adas_browser, ("a.md", b"# A\n\nB."), ("b.csv", b"title,body"))
    wrong = upload(adas_browser, ("a.md", b"# A\n\nB."), language="English")
    twice = upload(adas_browser, ("a.md", b"# A\n\nB."), ("b.md", b"# A\n\nC."))

    assert sentences(shown) == "Choose one CSV file, or files that end in .md or .zip."
    assert [(row, column) for row, column, _ in mistakes(wrong)] == [(2, "language")]
    assert [(row, column) for row, column, _ in mistakes(twice)] == [(3, "title")]
    assert not Article.objects.exists()
