from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.contact import Contact


class Miss(models.Model):
    """Lines of a customer that the contact's assistant did not understand.

    What they said stands in the conversation alone: a line that is masked later is
    masked here, too.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="misses"
    )
    at = models.DateTimeField()
    after_seq = models.PositiveIntegerField()
    last_seq = models.PositiveIntegerField()
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Somebody has seen to it.")
    )

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = _("misses")
        indexes = [
            models.Index(
                fields=["-at", "-id"],
                condition=models.Q(settled_at=None),
                name="contacts_miss_open",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.last_seq} of {self.contact_id}"
