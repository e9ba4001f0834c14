from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Folding, Organisation
from core import phones, secrets, text
from core.folding import FoldedName, FoldedText


def key_of_customer(customer_id: int) -> str:
    """Return what all that a customer says is marked with; it reveals no id."""
    return secrets.key_of(f"customer.{customer_id}")


def phone_key_of(customer: Customer) -> str:
    """Return what the number is compared by, read in the organisation's country."""
    if not customer.phone:
        return ""
    return phones.key_of(customer.phone, customer.organisation.country)


def folded_customer(customer: Customer) -> str:
    """Return what a customer is searched by: name, e-mail, and the phone number as it
    was typed and as others may write it."""
    known = [customer.name, customer.email, customer.phone]
    if customer.phone:
        known += phones.spellings(customer.phone, customer.organisation.country)
    return text.folded(" ".join(known))


class Customer(Folding):
    """A person who writes to the organisation.

    Only a signed identity (`subject`) or a browser's visitor token leads to an
    existing customer; a typed address never does.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="customers"
    )
    name = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    # What the two addresses are compared by: folded; E.164, else digits only.
    email_key = FoldedName(max_length=254, of=("email",))
    phone_key = FoldedName(max_length=50, of=("phone",), make=phone_key_of)
    attributes = models.JSONField(default=dict, blank=True)
    subject = models.CharField(
        max_length=200, blank=True, help_text=_("Who signed in on the company's site.")
    )
    created_at = models.DateTimeField()
    folded = FoldedText(of=("name", "email", "phone"), make=folded_customer)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["organisation", "email_key"], name="contacts_customer_email"
            ),
            models.Index(
                fields=["organisation", "phone_key"], name="contacts_customer_phone"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "subject"],
                condition=~models.Q(subject=""),
                name="contacts_customer_subject",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name to show: "Customer" where none is known (E24)."""
        return self.name or "Customer"

    @property
    def key(self) -> str:
        return key_of_customer(self.pk)

    @property
    def is_verified(self) -> bool:
        return bool(self.subject)


class Visitor(models.Model):
    """A browser that keeps a token for its customer; only the digest is kept.

    It is forgotten when no chat was opened with it for so long.
    """

    KEPT = timedelta(days=400)  # as long as browsers keep a cookie

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="visitors"
    )
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"Browser of {self.customer}"
