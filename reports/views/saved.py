"""The page of saved views: kept, renamed, shared, mailed, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from core import clock, mailing
from core.errors import DomainError, Invalid, NotFound
from reports import asking, labels
from reports.access import own_view, views_of
from reports.asked import Asked
from reports.models import SavedView
from reports.periods import MailEvery
from reports.services import saved_views
from reports.views.page import today_of
from reports.views.places import OverseersPlace

if TYPE_CHECKING:
    from agents.models import Agent


class ViewForm(forms.Form):
    """What a view is called, who sees it, and when it comes by mail."""

    name = forms.CharField(max_length=100)
    is_shared = forms.BooleanField(required=False)
    mail_every = forms.ChoiceField(choices=MailEvery.choices, required=False)

    def changes(self) -> dict[str, Any]:
        """Return what is to be changed; nothing of mails where none was asked about."""
        values = dict(self.cleaned_data)
        if "mail_every" not in self.data:
            values["mail_every"] = None
        return values

    def refuse(self, error: DomainError) -> None:
        """Say what is wrong beside the field that it is about."""
        for field, sentences in (error.errors or {"": [error.detail]}).items():
            self.add_error(field if field in self.fields else None, [*sentences])

    def typed(self) -> dict[str, Any]:
        """Return what was typed, and what is wrong with it."""
        mistakes = {name: [*each] for name, each in self.errors.items()}
        mistakes["others"] = mistakes.pop("__all__", [])
        typed = {name: self.data.get(name, "") for name in self.fields}
        return {**typed, "mistakes": mistakes}


class SavedViewsPage(OverseersPlace):
    """The own views and those that are shared, with a form for each own one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _page(request, self.person)

    def post(self, request: HttpRequest) -> HttpResponse:
        viewer = self.person
        match request.POST.get("do"):
            case "save":
                return _save(request, viewer)
            case "change":
                return _change(request, viewer)
            case "delete":
                saved_views.delete(own_view(viewer, request.POST.get("view", "")))
                return redirect("saved-views")
        raise Http404


def _save(request: HttpRequest, viewer: Agent) -> HttpResponse:
    asked = Asked.of(request.POST.dict(), today=today_of(viewer))
    form = ViewForm(request.POST)
    if form.is_valid():
        try:
            view = _saved(viewer, asked, form.cleaned_data)
        except NotFound as error:
            raise Http404 from error
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(f"{reverse('reports')}?view={view.pk}")
    return _page(request, viewer, form=form, asked=asked)


def _saved(viewer: Agent, asked: Asked, values: dict[str, Any]) -> SavedView:
    """Keep what was asked. Raise what the report refuses, and NotValid."""
    now = clock.now()
    question = asking.parse(viewer, asked.report, asked.parameters(today_of(viewer)))
    view = SavedView(
        organisation=viewer.organisation,
        owner=viewer,
        name=values["name"],
        is_shared=values["is_shared"],
        created_at=now,
        report=asked.report,
        period=asked.period,
        interval=asked.interval,
        figure=asked.figure,
        queue_id=question.queue,
        team_id=question.team,
        agent_id=question.agent,
    )
    if not asked.period:
        view.first_day = question.since.date()
        view.last_day = labels.last_day(question)
    return saved_views.save(view, mail_every=values["mail_every"], now=now)


def _change(request: HttpRequest, viewer: Agent) -> HttpResponse:
    view = own_view(viewer, request.POST.get("view", ""))
    form = ViewForm(request.POST)
    if form.is_valid():
        try:
            saved_views.change(view, **form.changes(), now=clock.now())
        except NotFound as error:
            raise Http404 from error
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect("saved-views")
    return _page(request, viewer, form=form, changed=view)


def _page(
    request: HttpRequest,
    viewer: Agent,
    *,
    form: ViewForm | None = None,
    asked: Asked | None = None,
    changed: SavedView | None = None,
) -> HttpResponse:
    """Return the page; where something was refused, with what was typed."""
    views = [
        _shown(view, viewer, form if changed and view.pk == changed.pk else None)
        for view in views_of(viewer).select_related("queue", "team", "agent")
    ]
    context = {
        "own": [each for each in views if each["is_own"]],
        "shared": [each for each in views if not each["is_own"]],
        "saving": form.typed() if form and asked else None,
        "asked": asked.filled() if asked else {},
        "can_mail": mailing.has_links(),
        "mail_choices": MailEvery.choices,
    }
    status = 400 if form else 200
    return render(request, "reports/views.html", context, status=status)


def _shown(view: SavedView, viewer: Agent, form: ViewForm | None) -> dict[str, Any]:
    """Return a view as the page lists it, and what stands in its form."""
    stored = {
        "name": view.name,
        "is_shared": view.is_shared,
        "mail_every": view.mail_every,
    }
    return {
        "view": view,
        "title": labels.TITLES[view.report],
        "days": labels.days(view),
        "subjects": [each for each in (view.queue, view.team, view.agent) if each],
        "is_own": view.owner_id == viewer.pk,
        "form": form.typed() if form else stored,
    }
