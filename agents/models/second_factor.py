from __future__ import annotations

from django.db import models

from agents.models.agent import Agent
from core.encryption import EncryptedField


class SecondFactor(models.Model):
    """Somebody's authenticator app (RFC 6238); in force once it has been confirmed."""

    agent = models.OneToOneField(
        Agent, on_delete=models.CASCADE, related_name="second_factor"
    )
    secret = EncryptedField(max_length=64)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # The 30 seconds of the last code that was used: each counts once.
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"Second factor of {self.agent}"


class RecoveryCode(models.Model):
    """Signs somebody in once without the app; only its digest is kept."""

    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"Recovery code of {self.agent}"
