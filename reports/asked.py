"""What the page's address asks for, as it was typed: nothing of it is lost where it is
wrong."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from reports.answers import Name
from reports.periods import Period, days_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from reports.models import SavedView

LONGEST = 100  # characters of a value
USUAL = Period.LAST_7_DAYS


@dataclass(frozen=True)
class Asked:
    """The fields of the form. `period` is empty where days are named."""

    report: str = Name.QUEUES
    period: str = ""
    since: str = ""
    until: str = ""
    interval: str = ""
    queue: str = ""
    team: str = ""
    agent: str = ""
    figure: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], *, today: date) -> Self:
        """Return what an address asks for. A period with other days beside it, as they
        are after somebody changed them, is those days."""
        values = {
            field.name: given.get(field.name, "").strip()[:LONGEST]
            for field in fields(cls)
        }
        asked = cls(**{**values, "report": values["report"] or Name.QUEUES})
        typed = (asked.since, asked.until)
        if asked.period not in Period:
            return replace(asked, period="" if any(typed) else USUAL)
        if any(typed) and asked.days(today) != typed:
            return replace(asked, period="")
        return replace(asked, since="", until="")

    @classmethod
    def again(cls, view: SavedView) -> Self:
        """Return what was asked when a view was saved."""
        first, last = view.first_day, view.last_day
        return cls(
            report=view.report,
            period=view.period,
            since=first.isoformat() if first else "",
            until=last.isoformat() if last else "",
            interval=view.interval,
            queue=str(view.queue_id or ""),
            team=str(view.team_id or ""),
            agent=str(view.agent_id or ""),
            figure=view.figure,
        )

    def days(self, today: date) -> tuple[str, str]:
        """Return the first and the last day, as they are typed."""
        if self.period not in Period:
            return self.since, self.until
        first, last = days_of(self.period, today=today)
        return first.isoformat(), last.isoformat()

    def dated(self, today: date) -> Self:
        """Return the same with days that stay, whenever it is asked."""
        since, until = self.days(today)
        return replace(self, period="", since=since, until=until)

    def parameters(self, today: date) -> dict[str, str]:
        """Return what the REST report is asked for."""
        dated = self.dated(today).filled()
        return {name: dated[name] for name in dated if name not in {"report", "figure"}}

    def address(self, **changes: str) -> str:
        """Return the address that asks this, with these changes."""
        return f"?{urlencode(replace(self, **changes).filled())}"

    def filled(self) -> dict[str, str]:
        """Return what is asked, without what is left open."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) for name, value in values.items() if value}
