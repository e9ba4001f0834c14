from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from agents.models import IdleCode, MultimediaProfile, Role, Team
from agents.services import configuration, people
from agents.services.configuration import NotValid

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from agents.models import Agent, Organisation

TEAM = "Front line"
IDLE_CODES = ("Break", "Meeting")  # the first is the default


def check(
    organisation: Organisation,
    *,
    administrator: Agent,
    password: str | None,
    exclude: Collection[str] = (),
) -> None:
    """Raise NotValid with all that is wrong with an organisation to be founded and
    its first administrator."""
    errors: dict[str, list[str]] = {}
    try:
        configuration.check(organisation, exclude=exclude)
    except NotValid as refusal:
        errors |= refusal.errors or {}
    try:
        # It belongs to an organisation that is not there yet.
        unknown = {*exclude, "organisation"}
        people.check(administrator, exclude=unknown, password=password)
    except NotValid as refusal:
        errors |= refusal.errors or {}
    if errors:
        raise NotValid(errors)


@transaction.atomic
def found(
    organisation: Organisation,
    *,
    now: datetime,
    administrator: Agent | None = None,
    password: str | None = None,
) -> Organisation:
    """Store a new organisation with what its people cannot do without: a profile, a
    team, idle codes and, where one is named, its first administrator."""
    configuration.save(organisation)
    profile = MultimediaProfile(
        organisation=organisation, name="Chat", description="Up to three chats at once."
    )
    organisation.default_multimedia_profile = configuration.save(profile)
    organisation.save(update_fields=["default_multimedia_profile"])
    for name in IDLE_CODES:
        is_default = name == IDLE_CODES[0]
        IdleCode.objects.create(
            organisation=organisation, name=name, is_default=is_default
        )
    Team.objects.create(organisation=organisation, name=TEAM)
    if administrator is not None:
        administrator.organisation = organisation
        administrator.role = Role.ADMINISTRATOR
        people.save(administrator, now=now, password=password)
    return organisation
