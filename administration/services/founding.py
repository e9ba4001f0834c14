"""Founding an organisation: all that people and customers need on the first day."""

from __future__ import annotations

import re
from itertools import chain, count
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import IdleCode, MultimediaProfile, Role, Team
from agents.services import configuration, people, trail
from agents.services.configuration import NotValid
from queues.models import EntryPoint, Queue
from queues.services import queues
from queues.services.queues import Group
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from agents.models import Agent, Organisation

TEAM = _("Front line")
QUEUE = _("Support")
# The first of each is the default.
IDLE_CODES = (_("Break"), _("Meeting"))
WRAPUP_CODES = (
    (_("Resolved"), _("The customer has what they came for.")),
    (_("Follow-up"), _("Something is left to do after the chat.")),
    (_("No answer"), _("The customer stopped answering.")),
)
LONGEST_STEM = 32  # characters of a key, so that a number still fits behind
SHORTEST_KEY = 3


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
    """Store a new organisation in which contacts can arrive, be served and be wrapped
    up, and its first administrator where one is named: all of it or nothing. Raise
    NotValid."""
    configuration.save(organisation)
    _add_profile(organisation)
    _add_codes(organisation)
    _add_chat(organisation)
    if administrator is not None:
        administrator.organisation = organisation
        administrator.role = Role.ADMINISTRATOR
        people.save(administrator, now=now, password=password)
    return organisation


def _add_profile(organisation: Organisation) -> None:
    profile = MultimediaProfile(
        organisation=organisation,
        name=gettext("Chat"),
        description=gettext("Up to three chats at once."),
    )
    organisation.default_multimedia_profile = configuration.save(profile)
    with trail.change_of(organisation):
        organisation.save(update_fields=["default_multimedia_profile"])


def _add_codes(organisation: Organisation) -> None:
    for name in IDLE_CODES:
        code = IdleCode(organisation=organisation, name=str(name))
        code.is_default = name is IDLE_CODES[0]
        configuration.save(code)
    for name, description in WRAPUP_CODES:
        reason = WrapUpCode(organisation=organisation, name=str(name))
        reason.description = str(description)
        reason.is_default = name is WRAPUP_CODES[0][0]
        configuration.save(reason)


def _add_chat(organisation: Organisation) -> None:
    """Add a team, a queue that it serves, and a chat page that leads there."""
    team = configuration.save(Team(organisation=organisation, name=str(TEAM)))
    queue = Queue(
        organisation=organisation,
        name=str(QUEUE),
        description=gettext("Everything that customers ask."),
    )
    queues.save(queue, distribution=[Group(team, 0)])
    configuration.save(
        EntryPoint(
            organisation=organisation,
            name=organisation.name,
            key=free_key(organisation.slug),
            queue=queue,
        )
    )


def free_key(slug: str) -> str:
    """Return a key that no entry point has, as like the slug as it can be."""
    stem = re.sub(r"[^a-z0-9]+", "-", slug.lower())[:LONGEST_STEM].strip("-")
    if len(stem) < SHORTEST_KEY:
        stem = f"{stem}-chat".strip("-")
    rows = EntryPoint.objects.filter(key__startswith=stem)
    taken = set(rows.values_list("key", flat=True))
    wanted = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(key for key in wanted if key not in taken)
