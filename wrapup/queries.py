from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from contacts.models import Assignment


def codes_for(share: Assignment) -> QuerySet[WrapUpCode]:
    """Return the active codes of the share's queue, by name; the default is one."""
    return (
        WrapUpCode.objects.filter(
            Q(queues=None) | Q(queues=share.queue_id) | Q(is_default=True),
            organisation=share.contact.organisation_id,
            is_active=True,
        )
        .order_by("name", "pk")
        .distinct()
    )
