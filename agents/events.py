from __future__ import annotations

from typing import TYPE_CHECKING

from agents import queries
from agents.models import Agent
from agents.serializers import AgentSerializer
from core import poking, realtime

if TYPE_CHECKING:
    from uuid import UUID

# The task that sends a mail; a room above has it.
MAIL_DUE = "mail_due"
# The task that looks whose password was forgotten.
PASSWORD_FORGOTTEN = "password_forgotten"  # noqa: S105 - a name


def me(agent_id: int) -> None:
    """Tell all desks of an agent the agent's own state, as it is after the commit."""
    realtime.after_commit("me", agent_id, _tell)


def _tell(agent_ids: set[int]) -> None:
    agents = Agent.objects.select_related("idle_code").prefetch_related("teams")
    context = {"slots": queries.slots_of(agent_ids)}
    for agent in agents.filter(pk__in=agent_ids):
        me = AgentSerializer(agent, context=context).data
        realtime.publish("me", {"me": me}, to=[agent.address])


def mail_due(mail_id: UUID) -> None:
    """A mail is to be sent: to a worker, who claims it after the commit."""
    realtime.after_commit("mail_due", mail_id, _poke)


def _poke(mail_ids: set[UUID]) -> None:
    for mail_id in mail_ids:
        poking.poke(MAIL_DUE, str(mail_id))


def password_forgotten(email: str) -> None:
    """Somebody asks for a new password: to a worker, so that nobody learns from the
    answer whether there is such an account."""
    poking.poke(PASSWORD_FORGOTTEN, email)
