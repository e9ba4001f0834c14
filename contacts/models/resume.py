from __future__ import annotations

from django.db import models

from contacts.models.contact import Contact


class ResumeLink(models.Model):
    """A way back to a chat that was mailed to its customer: of its code only the digest
    is kept, and it opens once."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="resume_links"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Way back to {self.contact}"
