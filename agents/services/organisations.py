from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from agents.models import IdleCode, MultimediaProfile
from agents.services import configuration

if TYPE_CHECKING:
    from agents.models import Organisation


@transaction.atomic
def found(organisation: Organisation) -> Organisation:
    """Store a new organisation with what its agents cannot do without."""
    configuration.save(organisation)
    profile = MultimediaProfile.objects.create(organisation=organisation, name="Chat")
    organisation.default_multimedia_profile = profile
    organisation.save(update_fields=["default_multimedia_profile"])
    IdleCode.objects.create(organisation=organisation, name="Break", is_default=True)
    return organisation
