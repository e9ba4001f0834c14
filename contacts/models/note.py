from __future__ import annotations

from typing import Any

from django.db import models

from agents import addresses
from agents.models import Agent
from contacts.models.contact import Contact
from contacts.models.customer import Customer
from contacts.models.message import SenderKind


class PrivateLine(models.Model):
    """A line among those who work on a contact (D31): no message, so it has no place in
    the order of the conversation, and no customer is ever told of it."""

    contact: models.ForeignKey[Any, Contact]
    author: models.ForeignKey[Any, Agent]
    author_id: int

    client_id = models.CharField(max_length=64)
    author_name = models.CharField(max_length=100)
    text = models.TextField(max_length=8000)
    masked = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["contact", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "author", "client_id"],
                name="%(app_label)s_%(class)s_client_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author_name}, {self.created_at:%Y-%m-%d %H:%M}"

    # What a message calls them: such a line names its sender in the same shape.
    @property
    def sender_kind(self) -> str:
        return SenderKind.AGENT

    @property
    def sender_name(self) -> str:
        return self.author_name

    @property
    def sender_key(self) -> str:
        return addresses.of_agent(self.author_id)


class Note(PrivateLine):
    """What the agents of a contact tell each other."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="private_notes"
    )


class CustomerNote(models.Model):
    """What agents write down about a customer, for whoever serves them next; its
    author alone changes and deletes it."""

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="notes"
    )
    author = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="customer_notes"
    )
    text = models.TextField(max_length=8000)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.author}, {self.created_at:%Y-%m-%d %H:%M}"
