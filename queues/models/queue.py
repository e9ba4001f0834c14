from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Audited, Folding, Organisation, Team
from core.folding import FoldedText
from queues.models.hours import Hours

if TYPE_CHECKING:
    from queues.models.entry_point import EntryPoint


class AtClosing(models.TextChoices):
    SERVE = "serve", _("Served")
    RELEASE = "release", _("Released: the chat ends with a message")


class Queue(Folding, Audited):
    """Where contacts wait for the agents who serve it."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="queues"
    )
    name = models.CharField(
        max_length=100, help_text=_("1-100 characters; agents see it on the card.")
    )
    description = models.TextField(
        blank=True, max_length=1000, help_text=_("Agents see it when they transfer.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Takes new contacts.")
    )
    teams: models.ManyToManyField[Team, DistributionGroup] = models.ManyToManyField(
        Team, through="DistributionGroup", related_name="queues", editable=False
    )
    service_level_threshold = models.PositiveIntegerField(
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(86400)],
        help_text=_("Seconds within which a chat should be answered, 1-86400."),
    )
    first_response_threshold = models.PositiveIntegerField(
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(86400)],
        help_text=_(
            "Seconds that a customer should wait for a line of their agent at "
            "most, 1-86400. The card turns amber after it, red after twice as "
            "long."
        ),
    )
    priority = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(9)],
        help_text=_("0-9; contacts of the higher priority are served first."),
    )
    max_time_in_queue = models.PositiveIntegerField(
        _("longest wait"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(604800)],
        help_text=_(
            "Seconds until a waiting contact moves to the overflow queue, or "
            "ends where there is none, 1-604800. Empty: waits on."
        ),
    )
    overflow_queue = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="overflow_of",
        help_text=_("Where contacts go that have waited too long. Empty: they end."),
    )
    hours = models.ForeignKey(
        Hours,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="queues",
        verbose_name=_("opening hours"),
        help_text=_("Outside them nobody opens a chat. Empty: always open."),
    )
    at_closing = models.CharField(
        _("who waits at closing time is"),
        max_length=10,
        choices=AtClosing.choices,
        default=AtClosing.SERVE,
        help_text=_(
            "What becomes of chats that still wait when the queue closes. A "
            "conversation is never cut."
        ),
    )
    max_waiting = models.PositiveIntegerField(
        _("waiting contacts at most"),
        null=True,
        blank=True,
        help_text=_(
            "Contacts that may wait at once, from 0 on; more are refused. Empty: "
            "no limit."
        ),
    )

    folded = FoldedText(of=("name", "description"))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="queues_queue_name",
                violation_error_message=_("A queue of this name exists already."),
            ),
            models.CheckConstraint(
                condition=models.Q(priority__lte=9), name="queues_queue_priority"
            ),
            models.CheckConstraint(
                condition=models.Q(overflow_queue__isnull=True)
                | ~models.Q(overflow_queue=models.F("id")),
                name="queues_queue_overflow_is_another",
                violation_error_message=_("A queue cannot overflow into itself."),
            ),
        ]

    @classmethod
    def ids_of(cls, organisation_id: int) -> list[int]:
        """Return the ids of all queues, for queries with an `or`: beside a join,
        PostgreSQL uses no index for it."""
        mine = cls.objects.filter(organisation=organisation_id)
        return list(mine.order_by().values_list("pk", flat=True))

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self._state.adding or self.overflow_queue_id is None:
            return
        if self.overflow_queue_id == self.pk:
            sentence = gettext("A queue cannot overflow into itself.")
            raise ValidationError({"overflow_queue": sentence})
        if self.pk in self._ways_from(self.overflow_queue_id):
            sentence = gettext(
                "Contacts would come back here: that is a ring of queues."
            )
            raise ValidationError({"overflow_queue": sentence})

    def audited_parts(self) -> dict[str, Any]:
        groups = self.distribution.select_related("team")
        asked = self.asked_skills.select_related("skill")
        return {
            "distribution": [*map(str, groups)],
            "asked_skills": [*map(str, asked)],
        }

    def _ways_from(self, queue_id: int) -> set[int]:
        """Return the queues that a contact reaches from there by overflowing."""
        rows = Queue.objects.filter(
            organisation=self.organisation_id, overflow_queue__isnull=False
        ).order_by()
        ways = dict(rows.values_list("pk", "overflow_queue_id"))
        reached: set[int] = set()
        following = ways.get(queue_id)
        while following is not None and following not in reached:
            reached.add(following)
            following = ways.get(following)
        return reached

    def priority_from(self, entry_point: EntryPoint) -> int:
        """Return the priority here of who comes in there: the door's, if it has one."""
        own: int | None = entry_point.priority
        return self.priority if own is None else own


class DistributionGroup(Audited):
    """A team that serves a queue, joining the search after some seconds."""

    queue = models.ForeignKey(
        Queue, on_delete=models.CASCADE, related_name="distribution"
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        related_name="distribution",
        help_text=_("Its agents serve the queue."),
    )
    after_seconds = models.PositiveIntegerField(
        _("joins after"),
        default=0,
        validators=[MaxValueValidator(86400)],
        help_text=_(
            "Seconds a contact has waited in this queue before the team joins, 0-86400."
        ),
    )

    class Meta:
        ordering = ["after_seconds", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "team"],
                name="queues_distribution_team_once",
                violation_error_message=_("This team serves the queue already."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(team)s after %(after_seconds)s s") % {
            "team": self.team,
            "after_seconds": self.after_seconds,
        }
