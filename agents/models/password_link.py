from __future__ import annotations

from django.db import models

from agents.models.agent import Agent


class PasswordLink(models.Model):
    """A mailed link by which somebody chooses a password: of its code only the digest
    is kept, and it opens once."""

    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="password_links"
    )
    digest = models.CharField(max_length=64, unique=True)
    # Void once the person's sessions have ended, as with another password.
    session_version = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"New password of {self.agent}"
