"""The reports by their names: how each figure comes from sums (docs/reports.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.answers import Name
from reports.definitions.customers import ASSISTANTS, CONTACTS, RATINGS
from reports.definitions.work import AGENTS, QUEUES
from reports.definitions.wrapups import STATES, WRAPUPS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.definitions.report import Report

REPORTS: Mapping[Name, Report] = {
    Name.QUEUES: QUEUES,
    Name.AGENTS: AGENTS,
    Name.STATES: STATES,
    Name.WRAPUPS: WRAPUPS,
    Name.ASSISTANTS: ASSISTANTS,
    Name.RATINGS: RATINGS,
    Name.CONTACTS: CONTACTS,
}
