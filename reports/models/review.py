from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Organisation
from contacts.models import Contact
from reports.models.criterion import Criterion

LOWEST, HIGHEST = 1, 5
MAX_COMMENT = 4000  # characters


class Review(models.Model):
    """What somebody who oversees thinks of how an agent led a conversation."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="reviews"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="reviews"
    )
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="reviews_given"
    )
    # The weighted mean of what was scored, 1-5, rounded to hundredths.
    total = models.FloatField()
    comment = models.TextField(blank=True, max_length=MAX_COMMENT)
    # Whether something in the comment was hidden.
    masked = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    # When the agent has read it, as it is now.
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        indexes = [
            models.Index(
                fields=["organisation", "-created_at", "-id"],
                name="reports_review_newest",
            ),
            models.Index(
                fields=["agent", "-created_at", "-id"], name="reports_review_agent"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "agent", "reviewer"], name="reports_review_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(agent=models.F("reviewer")),
                name="reports_review_of_another",
            ),
            models.CheckConstraint(
                condition=models.Q(total__range=(LOWEST, HIGHEST)),
                name="reports_review_total",
            ),
        ]

    def __str__(self) -> str:
        people = {"agent": self.agent, "reviewer": self.reviewer}
        return gettext("%(agent)s, by %(reviewer)s") % people


class Score(models.Model):
    """One criterion of a review, as it was called and weighed when it was scored."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, related_name="scores"
    )
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, max_length=1000)
    weight = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    is_optional = models.BooleanField()
    value = models.PositiveSmallIntegerField(
        null=True, help_text=_("1-5; null: not applicable.")
    )

    class Meta:
        ordering = ["position", "name", "id"]
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(
                fields=["review", "criterion"], name="reports_score_once"
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True, is_optional=True)
                | models.Q(value__range=(LOWEST, HIGHEST)),
                name="reports_score_value",
            ),
        ]

    def __str__(self) -> str:
        return self.name
