from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from agents.services import organisations
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from agents.models import Organisation


@transaction.atomic
def found(organisation: Organisation) -> Organisation:
    """Store a new organisation in which contacts can be served and wrapped up."""
    organisations.found(organisation)
    WrapUpCode.objects.create(
        organisation=organisation, name="Resolved", is_default=True
    )
    return organisation
