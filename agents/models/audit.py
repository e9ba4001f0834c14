from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models.agent import Agent
from agents.models.append_only import AppendOnly
from agents.models.organisation import Organisation
from core.folding import FoldedText

if TYPE_CHECKING:
    from typing import Any


class AuditAction(models.TextChoices):
    """What the audit trail tells of; docs/audit.md says when."""

    SIGNED_IN = "signed_in", _("Signed in")
    SIGN_IN_REFUSED = "sign_in_refused", _("Sign-in refused")
    LOCKED_OUT = "locked_out", _("Locked out")
    SIGNED_OUT = "signed_out", _("Signed out")
    PASSWORD_SET = "password_set", _("Password set")
    SECOND_FACTOR_SET = "second_factor_set", _("Second factor set")
    SECOND_FACTOR_REMOVED = "second_factor_removed", _("Second factor removed")
    TOKEN_MADE = "token_made", _("Token made")
    TOKEN_REVOKED = "token_revoked", _("Token revoked")
    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
    DELETED = "deleted", _("Deleted")
    EXPORTED = "exported", _("Exported")
    TRANSCRIPT_READ = "transcript_read", _("Transcript read")
    WATCHED = "watched", _("Watched")
    WHISPERED = "whispered", _("Whispered")
    BARGED = "barged", _("Barged in")
    TAKEN_OVER = "taken_over", _("Taken over")
    STATE_CHANGED = "state_changed", _("State changed")
    REQUEUED = "requeued", _("Put back in a queue")
    CLOSED = "closed", _("Closed")


class AuditEntry(AppendOnly):
    """Who did what to what, when and from where; append-only.

    It outlives everything it names: names stand here as they were.
    """

    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="audit_entries",
        help_text=_("Empty: of the platform, or of an account that does not exist."),
    )
    at = models.DateTimeField(_("time"))
    actor = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="audit_entries",
        verbose_name=_("person"),
        help_text=_("Empty: the system, or somebody who was not let in."),
    )
    actor_name = models.CharField(max_length=250, blank=True)
    address = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=30, choices=AuditAction.choices)
    kind = models.CharField(max_length=50, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    object_name = models.CharField(max_length=250, blank=True)
    changes = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    reason = models.CharField(max_length=250, blank=True)
    folded = FoldedText(
        of=("actor_name", "object_name", "object_id", "address", "reason")
    )

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(
                fields=["organisation", "at", "id"], name="agents_audit_newest"
            ),
            models.Index(
                fields=["kind", "object_id", "action", "at"], name="agents_audit_object"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action__in=AuditAction.values),
                name="agents_audit_action",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.object_name}".strip()

    @property
    def object(self) -> dict[str, Any] | None:
        """Return what it is about: an id as REST has it, where it is of one row."""
        if not self.kind:
            return None
        number = int(self.object_id) if self.object_id.isdecimal() else self.object_id
        return {"kind": self.kind, "id": number or None, "name": self.object_name}
