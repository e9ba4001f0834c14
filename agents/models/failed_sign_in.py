from __future__ import annotations

from django.db import models


class FailedSignIn(models.Model):
    """A wrong password or code: who was meant (a digest), from where, and when."""

    account = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "at"], name="agents_failedsignin_account_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.address}"
