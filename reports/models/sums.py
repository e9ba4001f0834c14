from __future__ import annotations

from typing import ClassVar

from django.db import models

from agents.models import Organisation


class Span(models.IntegerChoices):
    """How long the time of a row is."""

    QUARTER = 0
    DAY = 1  # of the organisation's zone


class Sums(models.Model):
    """What happened in a quarter of an hour, or in a day of such: sums and counts only,
    of which those of longer times are made. Lengths of time are in microseconds.

    What a row is of (`DIMENSIONS`) are ids without a constraint, as the rows outlive
    what they name; 0 and "" are none.
    """

    DIMENSIONS: ClassVar[tuple[str, ...]]

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    span = models.PositiveSmallIntegerField()  # Span
    quarter = models.PositiveIntegerField()  # the first; since 1970, UTC

    class Meta:
        abstract = True

    def __str__(self) -> str:
        of = ", ".join(f"{name} {getattr(self, name)}" for name in self.DIMENSIONS)
        return f"{self.quarter}: {of}"

    @classmethod
    def columns(cls) -> list[str]:
        """Return the names of what is summed up."""
        keys = {"id", "organisation", "span", "quarter", *cls.DIMENSIONS}
        return [each.name for each in cls._meta.fields if each.name not in keys]


def unique(name: str, *dimensions: str) -> list[models.BaseConstraint]:
    fields = ["organisation", "span", "quarter", *dimensions]
    return [models.UniqueConstraint(fields=fields, name=f"reports_{name}_key")]


def count() -> models.PositiveIntegerField[int, int]:
    return models.PositiveIntegerField(default=0)


def microseconds() -> models.BigIntegerField[int, int]:
    return models.BigIntegerField(default=0)


class QueueSums(Sums):
    """Of those who waited in a queue."""

    DIMENSIONS = ("queue",)

    queue = models.BigIntegerField()
    offered = count()
    answered = count()
    in_time = count()
    waited = microseconds()
    abandoned = count()
    short_abandoned = count()
    timed_out = count()
    contained = count()

    class Meta:
        constraints = unique("queue", "queue")


class ShareSums(Sums):
    """Of the offers that an agent had from a queue, and the conversations."""

    DIMENSIONS = ("queue", "agent")

    queue = models.BigIntegerField()
    agent = models.BigIntegerField()
    offers = count()
    accepted = count()
    rona = count()
    declined = count()
    handled = count()
    handling = microseconds()
    transferred = count()
    conferenced = count()
    responded = count()
    responding = microseconds()
    replied = count()
    replying = microseconds()

    class Meta:
        constraints = unique("share", "queue", "agent")


class AgentSums(Sums):
    """Of the time of an agent."""

    DIMENSIONS = ("agent",)

    agent = models.BigIntegerField()
    available_time = microseconds()
    idle_time = microseconds()
    rona_time = microseconds()
    busy_time = microseconds()  # with a live share at least
    free_time = microseconds()  # Available with none
    connected_time = microseconds()  # of all conversations together
    talking_time = microseconds()  # with one at least

    class Meta:
        constraints = unique("agent", "agent")


class IdleSums(Sums):
    """Of the time of an agent in an idle code, by its name as it was."""

    DIMENSIONS = ("agent", "idle_code")

    agent = models.BigIntegerField()
    idle_code = models.CharField(max_length=100)
    in_code = microseconds()

    class Meta:
        constraints = unique("idle", "agent", "idle_code")


class WrapUpSums(Sums):
    """Of conversations that ended with a wrap-up code."""

    DIMENSIONS = ("queue", "agent", "code")

    queue = models.BigIntegerField()
    agent = models.BigIntegerField()
    code = models.BigIntegerField()
    wrapped_up = count()
    automatic = count()
    handling = microseconds()

    class Meta:
        constraints = unique("wrapup", "queue", "agent", "code")


class RatingSums(Sums):
    """Of the customers' ratings, 1-5; the agent is who had the contact last."""

    DIMENSIONS = ("queue", "agent", "score")

    queue = models.BigIntegerField()
    agent = models.BigIntegerField()
    score = models.PositiveSmallIntegerField()
    ratings = count()

    class Meta:
        constraints = unique("rating", "queue", "agent", "score")


class AssistantSums(Sums):
    """Of contacts that began with an assistant, and of their hand-overs by reason."""

    DIMENSIONS = ("assistant", "queue")

    assistant = models.BigIntegerField()
    queue = models.BigIntegerField()
    entered = count()
    contained = count()
    misses = count()
    by_asked = count()
    by_misses = count()
    by_no_source = count()
    by_failure = count()
    by_outside = count()

    class Meta:
        constraints = unique("assistant", "assistant", "queue")


class ContactSums(Sums):
    """Of contacts by where they came from; the queue is the one they came for."""

    DIMENSIONS = ("queue", "channel", "entry_point", "origin")

    queue = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    entry_point = models.BigIntegerField()
    origin = models.CharField(max_length=255)  # the host of the page; "" for none
    opened = count()
    ended_abandoned = count()
    ended_queue_timeout = count()
    ended_agent_ended = count()
    ended_customer_left = count()
    ended_transfer_no_answer = count()
    ended_inactivity = count()
    ended_bot_ended = count()
    ended_closed = count()
    masked_messages = count()
    dropped_messages = count()
    blocked_files = count()

    class Meta:
        constraints = unique("contact", "queue", "channel", "entry_point", "origin")
