"""What an organisation knows: articles, and the passages that are found in them."""

from __future__ import annotations

from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Audited, Folding, Organisation
from core import terms
from core.folding import FoldedText
from core.languages import LONGEST
from queues.models.queue import Queue

MAX_TITLE, MAX_BODY = 200, 50_000  # characters


class ArticleState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class Article(Folding, Audited):
    """A piece of what the organisation knows, for agents and assistants."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="articles"
    )
    title = models.CharField(
        max_length=MAX_TITLE,
        help_text=_("1-200 characters; one of its kind in its language."),
    )
    body = models.TextField(
        max_length=MAX_BODY,
        validators=[MaxLengthValidator(MAX_BODY)],
        help_text=_(
            "Markdown, at most 50,000 characters. Each heading begins a passage "
            "that is found by itself."
        ),
    )
    language = models.CharField(
        max_length=LONGEST,
        blank=True,
        validators=[
            RegexValidator(
                r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z",
                _("Give the code of a language, such as en, de or pt-BR."),
            )
        ],
        help_text=_(
            "The code of its language, such as en, de or pt-BR (BCP 47). Empty: "
            "not said."
        ),
    )
    queues = models.ManyToManyField(
        Queue,
        blank=True,
        related_name="articles",
        help_text=_("Whose agents and chats it is for. None chosen: every queue."),
    )
    state = models.CharField(
        max_length=10,
        choices=ArticleState.choices,
        default=ArticleState.DRAFT,
        help_text=_("Only published articles are found."),
    )
    updated_at = models.DateTimeField(editable=False)

    folded = FoldedText(of=("title", "body"))

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "language", "title"],
                name="queues_article_title",
                violation_error_message=_(
                    "An article of this title exists already in this language."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title


def _words(passage: ArticlePassage) -> str:
    return " ".join(terms.searched(passage.text))


def _words_of_title(passage: ArticlePassage) -> str:
    return " ".join(terms.searched(passage.article.title))


class ArticlePassage(models.Model):
    """A part of an article that is found by itself; written together with it.

    What it is searched by, each database keeps on its own: see `queues.passages`.
    """

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="passages"
    )
    position = models.PositiveSmallIntegerField()
    language = models.CharField(
        max_length=3, blank=True, help_text=_("The article's, without its region.")
    )
    text = models.TextField(help_text=_("Plain text, at most 1,200 characters."))

    words = FoldedText(of=("text",), make=_words)
    words_of_title = FoldedText(of=("article",), make=_words_of_title)

    class Meta:
        ordering = ["article", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "position"], name="queues_passage_position"
            ),
        ]

    def __str__(self) -> str:
        return self.text
