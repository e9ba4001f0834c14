"""An organisation's own settings, as its administrators keep them (contract 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agents.models import Organisation
from agents.services import configuration, second_factors, trail
from core.errors import WrongState

if TYPE_CHECKING:
    from collections.abc import Collection

    from agents.models import Agent

REQUIRED = "require_second_factor"


class EnrolFirst(WrongState):
    sentence = _(
        "Set up a second factor of your own first: “Second factor”, at the "
        "top of the administration. Then require it of everybody."
    )


def check(
    organisation: Organisation, *, by: Agent, exclude: Collection[str] = ()
) -> None:
    """Raise NotValid, or EnrolFirst where somebody without a second factor requires
    one."""
    configuration.check(organisation, exclude=exclude)
    if organisation.require_second_factor and REQUIRED not in exclude:
        before = Organisation.objects.filter(pk=organisation.pk, **{REQUIRED: True})
        if not before.exists() and not second_factors.has_one(by):
            raise EnrolFirst(errors={REQUIRED: [EnrolFirst.sentence]})


@transaction.atomic
def save(
    organisation: Organisation, *, by: Agent, changed: Collection[str] | None = None
) -> Organisation:
    """Store changed settings. Raise as `check`.

    A second factor that is required from now on is asked for at the next sign-in:
    nobody is taken from a conversation.
    """
    configuration.lock(organisation)
    check(organisation, by=by)
    with trail.change_of(organisation):
        configuration.store(organisation, changed=changed)
    return organisation
