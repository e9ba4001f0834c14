from __future__ import annotations

from django.db import models

from queues.models.assistant import Assistant


class AssistantDay(models.Model):
    """How often an assistant has asked its language model on one day, in the time zone
    of its organisation."""

    assistant = models.ForeignKey(
        Assistant, on_delete=models.CASCADE, related_name="days"
    )
    day = models.DateField()
    requests = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["assistant", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["assistant", "day"], name="queues_assistant_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistant} {self.day}"
