"""Passages of articles: how a body is divided, and how the database finds them (D28).

A question is taken apart into its words (`core.terms`), and each is looked for by
itself: nothing of it is ever read as the syntax of a query. PostgreSQL looks into a
`tsvector` with a GIN index, made of the words and of their stems in the article's
language; SQLite into a full-text table (FTS5), with English stems.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import Q

from core import markdown, terms
from core.search import MOST_WORDS
from queues.models import ArticlePassage, ArticleState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

LONGEST = 1200  # characters of a passage
MOST_ARTICLES, MOST_PASSAGES = 20, 200  # of one search

# What PostgreSQL has stems for. The migration that makes the index knows them, too.
CONFIGURATIONS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}


# The commonest words of English, which PostgreSQL passes over by itself.
COMMON = """
a about all am an and any are as at be been but by can could did do does for from
had has have how i if in is it its me my no not of on or our so that the their them
there they this to up was we were what when where which who why will with would you
your
"""


class Passage(NamedTuple):
    """A part of a published article, as plain text. The higher its rank, the better it
    fits; ranks of different questions say nothing of each other."""

    article_id: int
    title: str
    text: str
    rank: float


# --- dividing ---------------------------------------------------------------------
def divided(body: str) -> Iterator[str]:
    """Yield the passages of a body in Markdown: what stands below a heading, heading
    included, in parts of at most 1,200 characters."""
    passage = heading = ""
    for block in markdown.blocks(body):
        if block.is_heading:
            yield from _begun(passage, heading)
            passage = heading = block.text[:LONGEST]
            continue
        for part in _parts(block.text):
            if len(passage) + 1 + len(part) > LONGEST:
                yield from _begun(passage, heading)
                passage = ""
            passage = f"{passage}\n{part}" if passage else part
    yield from _begun(passage, heading)


def _begun(passage: str, heading: str) -> Iterator[str]:
    """Yield a passage that is more than a heading with nothing below."""
    if passage and passage != heading:
        yield passage


def _parts(text: str) -> Iterator[str]:
    """Yield a text in parts that are short enough, each as long as may be, divided
    between sentences, else between words."""
    while len(text) > LONGEST:
        end = _end(text[: LONGEST + 1])
        yield text[:end].rstrip()
        text = text[end:].lstrip()
    if text:
        yield text


def _end(text: str) -> int:
    """Return where to divide a text, in its second half if possible."""
    for mark in ("\n", ". ", "! ", "? ", "。", " "):
        place = text.rfind(mark, LONGEST // 2, LONGEST)
        if place > 0:
            return place + len(mark.rstrip()) if mark.strip() else place
    return LONGEST


# --- finding ----------------------------------------------------------------------
class _Asked(NamedTuple):
    """A word that is looked for."""

    number: int
    word: str
    is_begun: bool  # any longer word that begins so will do


def article_passages(
    organisation_id: int,
    text: str,
    *,
    queue_id: int | None,
    limit: int,
    is_typing: bool = False,
) -> list[Passage]:
    """Return the passages of published articles in which words of the text occur, best
    first: those with the most and the rarest words, twice as good in a title.

    `queue_id` leaves out articles of other queues; None: none. Whatever is written is a
    question, in words; `is_typing`: the last word is still being written.
    """
    words = list(dict.fromkeys(terms.searched(text)))[:MOST_WORDS]
    if not words or limit < 1:
        return []
    asked = [
        _Asked(number, word, is_typing and number == len(words))
        for number, word in enumerate(words, start=1)
    ]
    scope, within = _scope(organisation_id, queue_id)
    is_postgresql = connection.vendor == "postgresql"
    found, looked_for = (_postgresql if is_postgresql else _sqlite)(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            RANKED.format(scope=scope, found=found), [*within, *looked_for, limit]
        )
        return [Passage(*row) for row in cursor.fetchall()]


def articles_with(
    organisation_id: int, text: str, *, queue_id: int | None
) -> list[Passage]:
    """Return the best passage of each article with words of a search, best first; the
    last word may still be being written. Without a word: the first passages, by
    title."""
    if not terms.searched(text):
        return _first(organisation_id, queue_id)
    rows = article_passages(
        organisation_id, text, queue_id=queue_id, limit=MOST_PASSAGES, is_typing=True
    )
    best: dict[int, Passage] = {}
    for row in rows:
        best.setdefault(row.article_id, row)
    return list(best.values())[:MOST_ARTICLES]


def _first(organisation_id: int, queue_id: int | None) -> list[Passage]:
    rows = _published(organisation_id, queue_id).filter(position=1)
    titles = rows.order_by("article__title", "article")
    columns = "article_id", "article__title", "text"
    found = titles.values_list(*columns)[:MOST_ARTICLES]
    return [Passage(pk, title, text, 0) for pk, title, text in found]


def _published(organisation_id: int, queue_id: int | None) -> QuerySet[ArticlePassage]:
    """Return the passages that may be found."""
    rows = ArticlePassage.objects.filter(
        article__organisation=organisation_id,
        article__state=ArticleState.PUBLISHED,
    )
    if queue_id is not None:
        rows = rows.filter(Q(article__queues=None) | Q(article__queues=queue_id))
    return rows


def _scope(organisation_id: int, queue_id: int | None) -> tuple[str, list[Any]]:
    """Return the query for the passages that may be found, and its parameters."""
    rows = _published(organisation_id, queue_id)
    sql, parameters = rows.order_by().values("pk", "language").query.sql_with_params()
    return sql, [*parameters]


# A word in all passages says nothing of any, one that is rare much (as in BM25).
RANKED = """
WITH scope (id, language) AS ({scope}),
{found},
weights AS (
    SELECT number,
        ln(1 + ((SELECT count(*) FROM scope) - count(*) + 0.5) / (count(*) + 0.5))
            AS weight
    FROM found WHERE in_title = 0 GROUP BY number
),
ranked AS (
    SELECT found.id, sum(weights.weight) AS rank
    FROM found JOIN weights ON weights.number = found.number
    GROUP BY found.id
)
SELECT passage.article_id, article.title, passage.text, ranked.rank
FROM ranked
JOIN queues_articlepassage AS passage ON passage.id = ranked.id
JOIN queues_article AS article ON article.id = passage.article_id
ORDER BY ranked.rank DESC, passage.article_id, passage.position
LIMIT %s
"""

POSTGRESQL = """
words (number, in_title, as_is, stem, is_begun) AS (VALUES {values}),
languages AS (
    SELECT DISTINCT language, ({configuration})::regconfig AS configuration FROM scope
),
asked AS (
    SELECT number, in_title, language,
        to_tsquery('simple', as_is) || to_tsquery(configuration, stem) AS query
    FROM words
    CROSS JOIN languages
    -- Words that are in every text of a language are not looked for.
    WHERE is_begun OR numnode(to_tsquery(configuration, stem)) > 0
),
found AS (
    SELECT DISTINCT scope.id, asked.number, asked.in_title
    FROM asked
    JOIN queues_articlepassage AS passage ON passage.search @@ asked.query
    JOIN scope ON scope.id = passage.id AND scope.language = asked.language
)
"""

SQLITE = """
asked (number, in_title, query) AS (VALUES {values}),
found AS (
    SELECT DISTINCT scope.id, asked.number, asked.in_title
    FROM asked
    CROSS JOIN queues_articlepassage_search AS search
    JOIN scope ON scope.id = search.rowid
    WHERE search.queues_articlepassage_search MATCH asked.query
)
"""


def configuration_of(column: str) -> str:
    """Return the SQL for PostgreSQL's name of the language in a column."""
    cases = " ".join(
        f"WHEN '{code}' THEN '{name}'" for code, name in CONFIGURATIONS.items()
    )
    return f"CASE {column} {cases} ELSE 'simple' END"


def _postgresql(asked: list[_Asked]) -> tuple[str, list[Any]]:
    rows: list[tuple[Any, ...]] = []
    for number, word, is_begun in asked:
        star = "*" if is_begun else ""
        as_is = f"{word}:{star}" if star else word
        rows += [
            (number, 0, as_is, word, is_begun),
            (number, 1, f"{word}:{star}A", f"{word}:A", is_begun),
        ]
    values = ", ".join("(%s::int, %s::int, %s::text, %s::text, %s::bool)" for _ in rows)
    sql = POSTGRESQL.format(values=values, configuration=configuration_of("language"))
    return sql, [value for row in rows for value in row]


def _sqlite(asked: list[_Asked]) -> tuple[str, list[Any]]:
    rows: list[tuple[Any, ...]] = []
    common = COMMON.split()
    telling = [each for each in asked if each.is_begun or each.word not in common]
    for number, word, is_begun in telling or asked:
        # Letters and digits alone: nothing ends the quotation.
        query = f'"{word}"' + ("*" if is_begun else "")
        rows += [(number, 0, query), (number, 1, f"words_of_title : {query}")]
    values = ", ".join("(%s, %s, %s)" for _ in rows)
    return SQLITE.format(values=values), [value for row in rows for value in row]
