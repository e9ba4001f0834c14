"""Reports that people keep: a question with a name, and the mail that brings it."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Organisation, Team
from queues.models import Queue
from reports.periods import MailEvery, Period


class SavedView(models.Model):
    """What somebody asked of a report, by a name, with its days or a period that moves.

    What it is narrowed to takes it along: a view of a queue is nothing without it.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="saved_views"
    )
    owner = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(max_length=100)
    # With everybody in the organisation who oversees.
    is_shared = models.BooleanField(default=False)
    report = models.CharField(max_length=20)
    # Either days that move, or days that stay.
    period = models.CharField(max_length=20, choices=Period.choices, blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    interval = models.CharField(max_length=10, blank=True)
    queue = models.ForeignKey(
        Queue, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    agent = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    # The column that the chart is of.
    figure = models.CharField(
        max_length=50,
        blank=True,
        validators=[RegexValidator("^[a-z][a-z_]*[0-9]{0,3}$")],
    )
    # Empty: never.
    mail_every = models.CharField(max_length=10, choices=MailEvery.choices, blank=True)
    # The language of the page where the mail was asked for.
    language = models.CharField(max_length=10, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        indexes = [
            models.Index(
                fields=["mail_due_at"],
                condition=models.Q(mail_due_at__isnull=False),
                name="reports_saved_view_mail_due",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="reports_saved_view_name",
                violation_error_message=_("You have a view of this name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ~models.Q(period=""),
                    first_day__isnull=True,
                    last_day__isnull=True,
                )
                | models.Q(period="", first_day__isnull=False, last_day__isnull=False),
                name="reports_saved_view_days",
            ),
            # What comes again and again is of days that move.
            models.CheckConstraint(
                condition=models.Q(mail_every="", mail_due_at__isnull=True)
                | (
                    ~models.Q(mail_every="")
                    & ~models.Q(period="")
                    & models.Q(mail_due_at__isnull=False)
                ),
                name="reports_saved_view_mail",
            ),
        ]

    def __str__(self) -> str:
        return self.name
