"""Which saved views and simulations a person may open; 404 for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import Http404

from core.filters import MAX_ID
from reports.models import SavedView, Simulation

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from agents.models import Agent


def views_of(viewer: Agent) -> QuerySet[SavedView]:
    """Return the own views of somebody who oversees, and those that are shared."""
    own = SavedView.objects.filter(organisation=viewer.organisation_id)
    seen = own.filter(Q(owner=viewer) | Q(is_shared=True))
    return seen.select_related("owner").order_by("name", "pk")


def view_for_overseer(viewer: Agent, view_id: str) -> SavedView:
    """Return a view that this person may open, or 404."""
    return _one(views_of(viewer), view_id)


def own_view(viewer: Agent, view_id: str) -> SavedView:
    """Return a view that this person may change, or 404."""
    return _one(views_of(viewer).filter(owner=viewer), view_id)


def _one(views: QuerySet[SavedView], view_id: str) -> SavedView:
    is_id = (
        view_id.isascii() and view_id.isdecimal() and len(view_id) < len(str(MAX_ID))
    )
    view = views.filter(pk=int(view_id)).first() if is_id else None
    if view is None:
        raise Http404
    return view


def simulations_of(viewer: Agent) -> QuerySet[Simulation]:
    """Return the runs of an administrator's organisation, newest first."""
    return Simulation.objects.filter(organisation=viewer.organisation_id)


def simulation_for_administrator(viewer: Agent, run_id: int) -> Simulation:
    """Return a run of the own organisation, or 404."""
    run = simulations_of(viewer).filter(pk=min(run_id, MAX_ID)).first()
    if run is None:
        raise Http404
    return run
