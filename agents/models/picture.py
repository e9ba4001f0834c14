from __future__ import annotations

from django.db import models

from agents.models.agent import Agent


class Picture(models.Model):
    """What customers see of an agent beside the name, as Parley has drawn it: a small
    square PNG."""

    agent = models.OneToOneField(
        Agent, on_delete=models.CASCADE, related_name="picture", primary_key=True
    )
    content = models.BinaryField()
    # By which it is served to everybody: it cannot be guessed, and a new picture has a
    # new one.
    name = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"Picture of {self.agent}"
