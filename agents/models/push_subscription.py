from __future__ import annotations

from django.db import models

from agents.models.agent import Agent


class PushSubscription(models.Model):
    """A browser that shows somebody's offers while their desk is not seen."""

    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    # Where its push service is asked. A secret: who knows it may ask, too.
    endpoint = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    # What it is encrypted with, so that no other than this browser can read it.
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=30)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"Browser of {self.agent}"
