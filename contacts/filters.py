from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError

from agents.models import Agent
from contacts.models import Assignment, Contact, ContactState
from contacts.queries.searching import of_customers
from core.expressions import Among
from core.filters import IdFilter, MomentFilter

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ContactFilter(django_filters.FilterSet):
    """What a list of contacts can be narrowed by."""

    state = django_filters.ChoiceFilter(choices=ContactState.choices)
    queue = IdFilter(label="Id of the queue")
    customer = IdFilter(label="Id of the customer")
    agent = django_filters.CharFilter(
        method="with_agent", label="Id of an agent who had a share, or `me`"
    )
    q = django_filters.CharFilter(
        method="matching",
        label="Words of the customer's name, e-mail or phone, in any order, "
        "whatever their case and accents; or a phone number, however written",
    )
    since = MomentFilter("opened_at", "gte", label="Opened at this time or later")
    until = MomentFilter("opened_at", "lt", label="Opened before this time")

    class Meta:
        model = Contact
        fields: list[str] = []

    def with_agent(
        self, contacts: QuerySet[Contact], name: str, value: str
    ) -> QuerySet[Contact]:
        user = getattr(self.request, "user", None)
        own = user if isinstance(user, Agent) else None
        if value == "me" and own:
            value = str(own.pk)
        if not value.isdecimal():
            raise ValidationError(
                {"agent": [gettext("Give the id of an agent, or `me`.")]}
            )
        if len(value) > 18:  # noqa: PLR2004 - digits of a bigint
            return contacts.none()
        return _shared_with(contacts, int(value), reader=own)

    def matching(
        self, contacts: QuerySet[Contact], name: str, value: str
    ) -> QuerySet[Contact]:
        user = getattr(self.request, "user", None)
        own = user.organisation_id if isinstance(user, Agent) else None
        return contacts.filter(
            of_customers(value, organisation_id=own, column="customer__folded")
        )


def _shared_with(
    contacts: QuerySet[Contact], agent_id: int, *, reader: Agent | None
) -> QuerySet[Contact]:
    """Return the contacts in which the agent had a share, each once."""
    shares = Assignment.objects.filter(agent=agent_id).order_by()
    if reader is None or reader.is_overseer:
        return contacts.filter(Among("pk", shares.values("contact")))
    # The reader's own were looked up before. PostgreSQL would look for each of them
    # in all of the agent's, one after the other.
    if agent_id == reader.pk:
        return contacts
    return contacts.filter(Exists(shares.filter(contact=OuterRef("pk"))))
