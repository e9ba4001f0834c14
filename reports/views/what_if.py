"""The page of What if: a day and other settings, how far it is, what came of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.generic import View

from agents.models import Agent, Role
from core import clock
from core.errors import DomainError
from core.wording import shown
from reports import what_if
from reports.access import simulation_for_administrator, simulations_of
from reports.services import simulations
from reports.simulation import asking, words

LISTED = 20


def administrator(request: HttpRequest) -> Agent:
    """Return who asks; raise PermissionDenied for everybody but administrators."""
    person = request.user
    if not isinstance(person, Agent) or person.organisation_id is None:
        raise PermissionDenied
    if person.role != Role.ADMINISTRATOR:
        raise PermissionDenied
    return person


class WhatIfPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return _page(request, administrator(request), {})

    def post(self, request: HttpRequest) -> HttpResponse:
        viewer = administrator(request)
        typed = request.POST.dict()
        try:
            run = simulations.ask(
                by=viewer,
                day=asking.date_of(typed.get("day", "")),
                changes=what_if.asked(viewer, typed),
                now=clock.now(),
            )
        except DomainError as error:
            errors = error.errors or {"others": [error.detail]}
            return _page(request, viewer, typed, errors=errors, status=error.status)
        return redirect("simulation", run_id=run.pk)


def _page(
    request: HttpRequest,
    viewer: Agent,
    typed: dict[str, str],
    *,
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    runs = list(simulations_of(viewer)[:LISTED])
    context = {
        **what_if.choices(viewer, typed),
        "errors": errors or {},
        "runs": [{"run": run, "title": words.title(run.changes)} for run in runs],
    }
    return render(request, "reports/what_if.html", context, status=status)


class SimulationPage(View):
    """One run; posting stops it."""

    def get(self, request: HttpRequest, run_id: int) -> HttpResponse:
        run = simulation_for_administrator(administrator(request), run_id)
        context: dict[str, Any] = {
            "run": run,
            "changes": words.changes(run.changes),
            "error": shown(run.error),
        }
        if run.result is not None:
            context |= what_if.shown(run)
        return render(request, "reports/simulation.html", context)

    def post(self, request: HttpRequest, run_id: int) -> HttpResponse:
        run = simulation_for_administrator(administrator(request), run_id)
        simulations.stop(run=run, now=clock.now())
        return redirect("simulation", run_id=run.pk)


class ProgressView(View):
    """How far a run is, for its page."""

    def get(self, request: HttpRequest, run_id: int) -> HttpResponse:
        run = simulation_for_administrator(administrator(request), run_id)
        return JsonResponse({"is_open": run.is_open, "progress": run.progress})
