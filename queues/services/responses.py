"""Predefined responses: the organisation's, and those that people keep for themselves.

Every text passes `save`, whoever writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agents.services import configuration
from core.errors import WrongState
from queues import queries
from queues.models import PredefinedResponse

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from agents.models import Agent
    from queues.models import Queue

MAX_OWN = 200


class TooManyOwn(WrongState):
    sentence = format_lazy(
        _(
            "You keep {number} responses of your own, which is all there is room for. "
            "Delete one that you no longer use."
        ),
        number=MAX_OWN,
    )


@transaction.atomic
def save(
    response: PredefinedResponse,
    *,
    changed: Collection[str] | None = None,
    queues: Sequence[Queue] | None = None,
) -> PredefinedResponse:
    """Store the response and, unless None, its queues. Raise NotValid."""
    many = {} if queues is None else {"queues": queues}
    return configuration.save(response, changed=changed, many=many)


@transaction.atomic
def add_own(*, owner: Agent, name: str, text: str) -> PredefinedResponse:
    """Keep a response for its owner alone. Raise TooManyOwn, NotValid."""
    assert owner.organisation is not None, "permissions let only people of one pass"
    response = PredefinedResponse(
        organisation=owner.organisation, owner=owner, name=name, text=text
    )
    configuration.lock(response)
    if queries.own_responses(owner).count() >= MAX_OWN:
        raise TooManyOwn
    return save(response)


def delete(response: PredefinedResponse) -> None:
    """Remove the response."""
    configuration.delete(response)
