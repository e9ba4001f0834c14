"""What people are called where events are sent and presence is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

AGENT = "agent."
CUSTOMER = "customer."
FLOOR = "floor."


def of_agent(agent_id: int) -> str:
    """Return the address of somebody who works here: `agent.7`."""
    return f"{AGENT}{agent_id}"


def of_floor(agent_id: int) -> str:
    """Return where the floors that somebody looks at hear what is for them."""
    return f"{FLOOR}{agent_id}"


def of_agents(agent_id: Combinable | str) -> Concat:
    """Return the same as an expression, of a column with the ids of agents."""
    return Concat(Value(AGENT), Cast(agent_id, CharField()))


def of_customer(contact_id: UUID) -> str:
    """Return the address of a contact's customer: `customer.<contact>`."""
    return f"{CUSTOMER}{contact_id}"


def contact_of(address: str) -> UUID:
    """Return the contact of a customer's address."""
    return UUID(address.removeprefix(CUSTOMER))


def of_tab(address: str, tab: str) -> str:
    """Return where one page of a person hears what is for it alone; all of the
    person's, where it has no name."""
    return f"{address}.tab.{tab}" if tab else address
