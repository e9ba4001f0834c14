"""Articles: what the organisation knows, each stored with the passages found in it.

Every text passes `save`, whoever writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from agents.services import configuration, sensitive_data
from queues import passages
from queues.models import ArticlePassage

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from queues.models import Article, Queue

# Of what passages are made.
OF_PASSAGES = {"title", "body", "language"}


@transaction.atomic
def save(
    article: Article,
    *,
    now: datetime,
    changed: Collection[str] | None = None,
    queues: Sequence[Queue] | None = None,
) -> Article:
    """Store the article and, unless None, its queues. Raise NotValid."""
    many = {} if queues is None else {"queues": queues}
    is_new = article._state.adding
    different = configuration.differences(article, changed=changed, many=many)
    if is_new or different:
        article.updated_at = now
    if changed is not None:
        changed = {*changed, "updated_at"}
    configuration.save(article, changed=changed, many=many)
    if is_new or different & OF_PASSAGES:
        _divide(article)
    return article


def delete(article: Article) -> None:
    """Remove the article, and what is found of it."""
    configuration.delete(article)


def _divide(article: Article) -> None:
    """Store the passages of the article in the place of those it had."""
    article.passages.all().delete()
    language = article.language.partition("-")[0]
    rows = [
        ArticlePassage(article=article, position=position, language=language, text=text)
        for position, text in enumerate(passages.divided(article.body), start=1)
    ]
    for row in rows:
        # Without its markup there may be a number that was none with it.
        sensitive_data.hide_cards(row)
    ArticlePassage.objects.bulk_create(rows)
