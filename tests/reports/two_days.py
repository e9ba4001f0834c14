"""Two days of generated histories in Berlin, in the night between which clocks are set
forward: what their tests have in common."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from agents.models import StateLog
from reports.services import rolling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agents.models import Agent, Organisation
    from reports.answers import Row
    from tests.clockwork import Clockwork

MIDNIGHT = datetime(2026, 3, 28, 23, tzinfo=UTC)
ASKED = {"since": "2026-03-28", "until": "2026-03-29"}
NOW = MIDNIGHT + timedelta(hours=12)  # all has happened
SPAN = MIDNIGHT - timedelta(days=1), MIDNIGHT + timedelta(hours=23)

at = st.integers(-180, 200).map(lambda m: MIDNIGHT + m * timedelta(minutes=1))
some = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def begin(organisation: Organisation, clockwork: Clockwork) -> None:
    """Put the organisation in Berlin, and the clock behind all that happens."""
    clockwork.moves_to(NOW)
    organisation.timezone = "Europe/Berlin"
    organisation.save(update_fields=["timezone"])


def at_once_and_rolled_up(
    organisation: Organisation, clockwork: Clockwork, compare: Callable[[], None]
) -> None:
    """Compare while all, a part and nothing is counted at once."""
    compare()
    rolling.roll(organisation_id=organisation.pk, now=NOW - timedelta(hours=11))
    compare()
    clockwork.moves_to(NOW + timedelta(days=1))
    rolling.roll(organisation_id=organisation.pk, now=clockwork.now)
    compare()


def bounds(rows: Iterable[Row]) -> list[tuple[datetime, datetime]]:
    """Return when the interval of each row begins and ends."""
    begins = [row["start"].astimezone(UTC) for row in rows]
    return list(zip(begins, [*begins[1:], SPAN[1]], strict=True))


def log_states(people: Sequence[Agent], log: Any) -> None:
    """Store states one after the other: (agent, state and idle code, seconds)."""
    begins = [MIDNIGHT - timedelta(hours=1) for _ in people]
    for who, state, lasts in log:
        name, _, code = state.partition(":")
        over = begins[who] + timedelta(seconds=lasts)
        StateLog.objects.create(
            agent=people[who],
            state=name,
            idle_code=code,
            from_at=begins[who],
            until_at=over,
        )
        begins[who] = over
