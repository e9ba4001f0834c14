"""Conversations and lists of contacts, with all that their JSON shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, Prefetch, Q, QuerySet, Value, When

from contacts.models import (
    Assignment,
    Contact,
    ContactState,
)

if TYPE_CHECKING:
    from uuid import UUID


def history_of(contact: Contact) -> QuerySet[Contact]:
    """Return earlier contacts of the same customer, then of the same address; each
    newest first, with its `match`: identity, visitor or address."""
    customer = contact.customer
    same = Q(customer=customer)
    if customer.email_key:
        same |= Q(customer__email_key=customer.email_key)
    if customer.phone_key:
        same |= Q(customer__phone_key=customer.phone_key)
    own = "identity" if customer.is_verified else "visitor"
    return (
        Contact.objects.filter(
            same, organisation=contact.organisation_id, state=ContactState.ENDED
        )
        .exclude(pk=contact.pk)
        .annotate(
            match=Case(
                When(customer=customer, then=Value(own)), default=Value("address")
            )
        )
        .select_related("queue")
        .prefetch_related("assignments__agent", "assignments__wrap_up")
        .order_by(
            Case(When(customer=customer, then=Value(0)), default=Value(1)),
            *("-opened_at", "-pk"),
        )
    )


def shown(contact_id: UUID, shares: QuerySet[Assignment] | None = None) -> Contact:
    """Return one contact with all that its JSON shows: these shares, or all."""
    return with_shares(Contact.objects.filter(pk=contact_id), shares).get()


def with_shares(
    contacts: QuerySet[Contact], shares: QuerySet[Assignment] | None = None
) -> QuerySet[Contact]:
    """Return the contacts with all that their JSON shows, in two queries: these
    shares, or all."""
    shares = Assignment.objects.all() if shares is None else shares
    rows = shares.select_related("agent", "queue", "wrap_up")
    return contacts.select_related("entry_point", "queue", "customer").prefetch_related(
        Prefetch("assignments", rows.order_by("offered_at", "pk"))
    )
