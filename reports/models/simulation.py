"""What if: a past day that is replayed with other settings, asked for on a page."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Organisation


class SimulationState(models.TextChoices):
    WAITING = "waiting", _("Waiting for its turn")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")


OPEN = (SimulationState.WAITING, SimulationState.RUNNING)


class Simulation(models.Model):
    """One run: what is to be otherwise, how far it is, and what came of it."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="simulations"
    )
    asked_by = models.ForeignKey(
        Agent, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    day = models.DateField()
    # A scenario as reports.simulation.asking reads it: names of teams and the like.
    changes = models.JSONField(default=dict, blank=True)
    # The language in which it says what went wrong.
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(
        max_length=10, choices=SimulationState.choices, default=SimulationState.WAITING
    )
    progress = models.PositiveSmallIntegerField(default=0)  # of a hundred
    # How often a worker has begun: one that is killed leaves it to another.
    attempts = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    # When its worker was last heard of.
    heard_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("simulation")
        verbose_name_plural = _("simulations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="reports_simulation_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["waiting", "running"], ended_at__isnull=True
                )
                | models.Q(
                    state__in=["done", "failed", "stopped"], ended_at__isnull=False
                ),
                name="reports_simulation_ended_has_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.day)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
