from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from agents.services import configuration, trail
from agents.services.configuration import InUse, NotValid
from queues import queries
from queues.models import DistributionGroup
from queues.services import asking

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from agents.models import Team
    from queues.models import Ask, Queue


class Group(NamedTuple):
    """A team that serves the queue once a contact has waited some seconds."""

    team: Team
    after_seconds: int


@transaction.atomic
def save(
    queue: Queue,
    *,
    changed: Collection[str] | None = None,
    distribution: Sequence[Group] | None = None,
    asked_skills: Sequence[Ask] | None = None,
) -> Queue:
    """Store the queue and, unless None, who serves it, and what skills it asks for.
    Raise NotValid."""
    configuration.lock(queue)
    configuration.check(queue)
    if distribution is not None:
        _check_distribution(queue, distribution)
    parts = distribution is not None or asked_skills is not None
    with trail.change_of(queue, parts=parts):
        configuration.store(queue, changed=changed)
        if distribution is not None:
            _distribute(queue, distribution)
        if asked_skills is not None:
            asking.replace(queue, asked_skills, own=queue.organisation_id)
    return queue


@transaction.atomic
def delete(queue: Queue) -> None:
    """Remove a queue that nothing refers to, and no form offers. Raise InUse."""
    configuration.lock(queue)
    if points := queries.entry_points_offering(queue):
        names = ", ".join(point.name for point in points)
        raise InUse(
            gettext(
                "“%(queue)s” is a choice of %(names)s. Deactivate it instead of "
                "deleting it."
            )
            % {"queue": queue, "names": names}
        )
    configuration.delete(queue)


def is_served_by(queue: Queue, distribution: Sequence[Group]) -> bool:
    """Whether these teams, no others, serve the queue already, from the same second."""
    stored = DistributionGroup.objects.filter(queue=queue.pk)
    return sorted(stored.values_list("team", "after_seconds")) == sorted(
        (group.team.pk, group.after_seconds) for group in distribution
    )


def _check_distribution(queue: Queue, distribution: Sequence[Group]) -> None:
    teams = [group.team for group in distribution]
    if len(set(teams)) != len(teams):
        raise NotValid({"distribution": [gettext("A team serves a queue once.")]})
    seconds = DistributionGroup._meta.get_field("after_seconds")
    for group in distribution:
        if group.team.organisation_id != queue.organisation_id:
            sentence = gettext("One of the teams does not exist in the organisation.")
            raise NotValid({"distribution": [sentence]})
        try:
            seconds.run_validators(group.after_seconds)
        except ValidationError as error:
            raise NotValid({"distribution": list(error.messages)}) from error


def _distribute(queue: Queue, distribution: Sequence[Group]) -> None:
    if is_served_by(queue, distribution):
        return
    wanted = {group.team.pk: group.after_seconds for group in distribution}
    DistributionGroup.objects.filter(queue=queue).exclude(team__in=wanted).delete()
    for team_id, after_seconds in wanted.items():
        DistributionGroup.objects.update_or_create(
            queue=queue, team_id=team_id, defaults={"after_seconds": after_seconds}
        )
