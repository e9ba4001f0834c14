from __future__ import annotations

from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.models.contact import Contact
from queues.models import Queue


class VisitOutcome(models.TextChoices):
    ANSWERED = "answered", _("Answered")
    ABANDONED = "abandoned", _("Abandoned")
    TIMED_OUT = "timed_out", _("Waited too long")
    MOVED = "moved", _("Moved by a supervisor")
    ENDED = "ended", _("Ended")


class QueueVisit(models.Model):
    """A contact's stay in a queue, from entering it to an answer or its end."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="queue_visits"
    )
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="visits")
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    # The queue's as it was when the contact came, in seconds: a changed one changes no
    # figure of before. Empty in rows that are older than this column.
    service_level_threshold = models.PositiveIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=VisitOutcome.choices, blank=True)

    class Meta:
        ordering = ["entered_at", "id"]
        indexes = [
            models.Index(fields=["queue", "entered_at"], name="contacts_visit_entered"),
            # What became of the day's visits: figures.
            models.Index(fields=["queue", "left_at"], name="contacts_visit_left"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(left_at__isnull=True),
                name="contacts_visit_one_open",
            ),
        ]

    def __str__(self) -> str:
        entered = date_format(localtime(self.entered_at), "DATETIME_FORMAT")
        named = {"queue": self.queue, "entered": entered}
        return gettext("%(queue)s from %(entered)s") % named
