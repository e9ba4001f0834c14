from __future__ import annotations

from django.db import models

from agents.models import Organisation


class Rolled(models.Model):
    """How far the rollups of an organisation reach; what is later is counted anew."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    # Quarters of an hour (reports/quarters.py) before this one.
    until = models.PositiveIntegerField()
    # Days of this zone before this quarter are summed up.
    days_until = models.PositiveIntegerField()
    timezone = models.CharField(max_length=50)
    # Raised with everything that is written: who has counted before it counts anew.
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "rolled"

    def __str__(self) -> str:
        return f"{self.organisation}: {self.until}"


class Subject(models.TextChoices):
    """What rows of reports are about."""

    QUEUE = "queue"
    AGENT = "agent"
    CODE = "code"
    ASSISTANT = "assistant"
    ENTRY_POINT = "entry_point"


class Named(models.Model):
    """What something was called when it last counted: reports name what is deleted."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    subject = models.CharField(max_length=20)  # Subject
    key = models.BigIntegerField()
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "subject", "key"], name="reports_named_key"
            ),
        ]

    def __str__(self) -> str:
        return self.name
