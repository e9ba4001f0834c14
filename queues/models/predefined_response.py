from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Audited, Folding, Organisation
from core.folding import FoldedText
from core.placeholders import listed
from queues import placeholders
from queues.models.queue import Queue


def validate_placeholders(text: str) -> None:
    unknown = placeholders.unknown(text)
    if unknown:
        raise ValidationError(
            gettext("“%(value)s” stands for nothing. What can be filled in: %(known)s.")
            % {"value": unknown[0], "known": listed(placeholders.KNOWN)}
        )


class PredefinedResponse(Folding, Audited):
    """A text that agents insert into their replies.

    One with an owner is that person's own: nobody else sees it, and it goes with its
    owner, whatever the queue. Neither its text nor its changes are in any trail.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="predefined_responses"
    )
    owner = models.ForeignKey(
        Agent,
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="own_responses",
        help_text=_("Whose own it is; null: the organisation's."),
    )
    name = models.CharField(
        max_length=100, help_text=_("1-100 characters; agents find it by this name.")
    )
    text = models.TextField(
        max_length=8000,
        validators=[validate_placeholders],
        help_text=_(
            "1-8000 characters. {customer.name}, {agent.name} and {queue.name} "
            "are filled in when an agent takes it; without a name the sentence "
            "closes up."
        ),
    )
    queues = models.ManyToManyField(
        Queue,
        blank=True,
        related_name="predefined_responses",
        help_text=_("None chosen: every queue."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Agents can use it.")
    )

    folded = FoldedText(of=("name", "text"))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=models.Q(owner=None),
                name="queues_response_name",
                violation_error_message=_("A response of this name exists already."),
            ),
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=models.Q(owner__isnull=False),
                name="queues_response_own_name",
                violation_error_message=_("You have a response of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_private(self) -> bool:
        return self.owner_id is not None
