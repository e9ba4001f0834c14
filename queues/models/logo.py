from __future__ import annotations

from django.db import models

from queues.models.entry_point import EntryPoint


class Logo(models.Model):
    """The picture of a chat page, as Parley has drawn it: a small PNG."""

    entry_point = models.OneToOneField(
        EntryPoint, on_delete=models.CASCADE, related_name="logo", primary_key=True
    )
    content = models.BinaryField()
    # Of the content: a new picture has a new address.
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"Logo of {self.entry_point}"
