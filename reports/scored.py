"""Scores of reviews in reports. They are counted with each report: reviews are few, and
are changed and removed."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from reports import quarters
from reports.models import Review

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from reports.cutting import Cut

HUNDREDTHS = 100


def scores(
    *,
    organisation_id: int,
    first: int,
    last: int,
    cut: Cut,
    agents: Collection[int] | None,
    queue: int | None,
) -> Iterator[tuple[int, int, Counter[str]]]:
    """Yield the interval, the agent and the sums of reviews that were given in these
    quarters: of these agents, and of contacts of this queue, unless None."""
    rows = Review.objects.filter(
        organisation=organisation_id,
        created_at__gte=quarters.begin(first),
        created_at__lt=quarters.begin(last),
    )
    if agents is not None:
        rows = rows.filter(agent__in=agents)
    if queue is not None:
        rows = rows.filter(contact__queue=queue)
    found: defaultdict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    given = rows.order_by().values_list("created_at", "agent", "total")
    for at, agent, total in given.iterator():
        place = cut.number(quarters.number(at)), agent
        found[place].update(reviews=1, review_points=round(total * HUNDREDTHS))
    for (interval, agent), sums in found.items():
        yield interval, agent, sums
