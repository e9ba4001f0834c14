from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from agents.models.agent import Agent
from agents.models.append_only import AppendOnly
from agents.models.organisation import Organisation
from core.folding import FoldedText

if TYPE_CHECKING:
    from typing import Any


class AuditAction(models.TextChoices):
    """What the audit trail tells of; docs/audit.md says when."""

    SIGNED_IN = "signed_in", "Signed in"
    SIGN_IN_REFUSED = "sign_in_refused", "Sign-in refused"
    LOCKED_OUT = "locked_out", "Locked out"
    SIGNED_OUT = "signed_out", "Signed out"
    PASSWORD_SET = "password_set", "Password set"
    SECOND_FACTOR_SET = "second_factor_set", "Second factor set"
    SECOND_FACTOR_REMOVED = "second_factor_removed", "Second factor removed"
    TOKEN_MADE = "token_made", "Token made"
    TOKEN_REVOKED = "token_revoked", "Token revoked"
    CREATED = "created", "Created"
    CHANGED = "changed", "Changed"
    DELETED = "deleted", "Deleted"
    EXPORTED = "exported", "Exported"
    TRANSCRIPT_READ = "transcript_read", "Transcript read"
    WATCHED = "watched", "Watched"
    WHISPERED = "whispered", "Whispered"
    BARGED = "barged", "Barged in"
    TAKEN_OVER = "taken_over", "Taken over"
    STATE_CHANGED = "state_changed", "State changed"
    REQUEUED = "requeued", "Put back in a queue"
    CLOSED = "closed", "Closed"


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
        help_text="Empty: of the platform, or of an account that does not exist.",
    )
    at = models.DateTimeField("time")
    actor = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="audit_entries",
        verbose_name="person",
        help_text="Empty: the system, or somebody who was not let in.",
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
        verbose_name = "audit entry"
        verbose_name_plural = "audit entries"
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
