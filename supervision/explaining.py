"""Why does this agent get this contact, and why do the others not?"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, AgentState
from contacts import queries
from contacts.models import Contact, ContactEvent, ContactEventCode, ContactState
from queues.routing import Candidate, WhyNot, joins_at, why_not
from supervision import asked_skills

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from queues.routing import Waiting

SENTENCES = {
    WhyNot.NOT_AVAILABLE: _("%(name)s is %(state)s."),
    WhyNot.NOT_SERVING: _("%(name)s is in no team that serves this queue."),
    WhyNot.NO_SLOTS: _("%(name)s has a profile without %(channel)s slots."),
    WhyNot.FULL: _("%(name)s has no free slot."),
    WhyNot.MISSED: _("%(name)s has missed or declined it, or has a share in it."),
    WhyNot.JOINS_LATER: _("%(name)s joins the search in %(seconds)s s."),
}
PAST_SENTENCES = {
    WhyNot.NO_SLOTS: _("%(name)s had a profile without slots for it."),
    WhyNot.NOT_SERVING: _("%(name)s was in no team that serves the queue."),
    WhyNot.FULL: _("%(name)s had no free slot."),
    WhyNot.MISSED: _("%(name)s had missed or declined it before."),
    WhyNot.JOINS_LATER: _("%(name)s was to join the search later."),
}


def explain(contact: Contact, *, now: datetime) -> dict[str, Any]:
    """Return the routing of a contact in words.

    `{"state", "summary", "decided_at", "skills", "agents": [{"agent", "chosen",
    "why_not", "detail"}]}`: for a waiting contact as it is now, else as it was decided.
    """
    if contact.state == ContactState.QUEUED and contact.queue_id is not None:
        return _waiting(contact, now)
    return _decided(contact)


def _waiting(contact: Contact, now: datetime) -> dict[str, Any]:
    people = _people(contact)
    agents = Agent.objects.filter(pk__in=people)
    waiting = queries.as_waiting(contact, now=now)
    rows_of_agents = queries.as_candidates(agents, with_skills=bool(waiting.asked))
    candidates = {c.agent_id: c for c in rows_of_agents}
    names = asked_skills.names_of([each.skill_id for each in waiting.asked])
    rows = []
    for agent in people.values():
        reason, detail = _reason(agent, candidates[agent.pk], waiting, now, names)
        rows.append(_row(agent, chosen=False, reason=reason, detail=detail))
    nobody = gettext("Nobody can take it now; it waits for the first who can.")
    free = any(row["why_not"] is None for row in rows)
    summary = gettext("It is about to be offered.") if free else nobody
    asked = asked_skills.asked_now(waiting, names, now=now)
    return {
        "state": contact.state,
        "summary": f"{summary} {asked_skills.sentence(asked)}".strip(),
        "decided_at": None,
        "skills": asked,
        "agents": rows,
    }


def _people(contact: Contact) -> Mapping[int, Agent]:
    rows = Agent.objects.filter(
        organisation=contact.organisation_id,
        is_active=True,
        role__in=["agent", "supervisor"],
    ).select_related("idle_code")
    return {agent.pk: agent for agent in rows.order_by("display_name", "pk")}


def _reason(
    agent: Agent,
    candidate: Candidate,
    waiting: Waiting,
    now: datetime,
    names: Mapping[int, str],
) -> tuple[WhyNot | None, str]:
    reason = why_not(candidate, waiting=waiting, now=now)
    if agent.state != AgentState.AVAILABLE and reason not in {
        WhyNot.NOT_SERVING,
        WhyNot.NO_SLOTS,
    }:
        reason = WhyNot.NOT_AVAILABLE
    if reason is None:
        return None, gettext("%(name)s can take it.") % {"name": agent.display_name}
    if reason == WhyNot.LACKS_SKILL:
        name = agent.display_name
        return reason, asked_skills.why_lacking(
            name, candidate, waiting, names, now=now
        )
    seconds = 0
    if reason == WhyNot.JOINS_LATER:
        wait = joins_at(candidate, waiting=waiting) - now
        seconds = ceil(wait.total_seconds())
    state = agent.get_state_display()
    if agent.idle_code is not None:
        state = f"{state} ({agent.idle_code.name})"
    values = {"state": state, "channel": waiting.channel, "seconds": seconds}
    return reason, str(SENTENCES[reason]) % {"name": agent.display_name, **values}


def _decided(contact: Contact) -> dict[str, Any]:
    event = (
        contact.events.filter(code=ContactEventCode.OFFERED)
        .order_by("-at", "-pk")
        .first()
    )
    summary = gettext("The router has not offered it to anybody.")
    if event is None or "others" not in event.details:
        return {
            "state": contact.state,
            "summary": summary,
            "decided_at": None,
            "skills": [],
            "agents": [],
        }
    rows = list(_others(event, _people(contact)))
    chosen = event.agent
    if chosen is not None:
        since = event.details["available_since"][11:19]
        summary = gettext("%(name)s was available longest, since %(since)s UTC.") % {
            "name": chosen.display_name,
            "since": since,
        }
        rows.insert(0, _row(chosen, chosen=True, reason=None, detail=summary))
    return {
        "state": contact.state,
        "summary": summary,
        "decided_at": event.at,
        "skills": [],
        "agents": rows,
    }


def _others(
    event: ContactEvent, people: Mapping[int, Agent]
) -> Iterator[dict[str, Any]]:
    """Yield the agents who did not get it, but for those who have gone since."""
    others = event.details["others"]
    names = asked_skills.names_of(
        {skill_id for row in others for skill_id, *_ in row.get("lacked", ())}
    )
    for row in others:
        agent = people.get(row["agent"])
        if agent is not None:
            reason = row["why_not"] and WhyNot(row["why_not"])
            detail = _past(agent, row, names)
            yield _row(agent, chosen=False, reason=reason, detail=detail)


def _past(agent: Agent, row: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """Return why an agent did not get it, as it was then."""
    if row["why_not"] == WhyNot.LACKS_SKILL:
        return asked_skills.why_lacked(agent.display_name, row["lacked"], names)
    if row["why_not"] is None:
        since = row["available_since"][11:19]
        return gettext("%(name)s was available later, since %(since)s UTC.") % {
            "name": agent.display_name,
            "since": since,
        }
    return str(PAST_SENTENCES[WhyNot(row["why_not"])]) % {"name": agent.display_name}


def _row(
    agent: Agent, *, chosen: bool, reason: WhyNot | None, detail: str
) -> dict[str, Any]:
    return {
        "agent": {"id": agent.pk, "display_name": agent.display_name},
        "chosen": chosen,
        "why_not": reason,
        "detail": detail,
    }
