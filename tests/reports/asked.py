"""Reports over REST, as those who oversee read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports import counting
from reports.services import rolling
from tests.steps import API, client_for

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent, Organisation
    from tests.steps import Json


def ask(viewer: Agent, name: str, **parameters: Any) -> Any:
    return client_for(viewer).get(f"{API}/reports/{name}/", parameters)


def report(viewer: Agent, name: str, **parameters: Any) -> Json:
    answer = ask(viewer, name, **parameters)
    assert answer.status_code == 200, answer.content
    found: Json = answer.json()
    return found


def totals(viewer: Agent, name: str, **parameters: Any) -> Json:
    found: Json = report(viewer, name, **parameters)["totals"]
    return found


def roll(organisation: Organisation, now: datetime) -> int:
    return rolling.roll(organisation_id=organisation.pk, now=now)


def kept(organisation: Organisation) -> dict[str, list[dict[str, Any]]]:
    """Return all that is kept for an organisation."""
    return {
        table.__name__: sorted(
            table._default_manager.filter(organisation=organisation).values(
                "span", "quarter", *table.DIMENSIONS, *table.columns()
            ),
            key=str,
        )
        for table in counting.TABLES
    }
