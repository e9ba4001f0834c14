"""Whose assistants one may try; 404 for all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from queues.models import Assistant

if TYPE_CHECKING:
    from agents.models import Agent


def own_assistant(agent: Agent, assistant_id: int) -> Assistant:
    """Return an assistant of the person's organisation, or 404."""
    rows = Assistant.objects.filter(organisation=agent.organisation_id)
    assistant = rows.filter(pk=assistant_id).first()
    if assistant is None:
        raise Http404
    return assistant
