"""The page of reports: a form, figures, charts, tables; all of it in its address."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from agents.models import Role
from core import clock, mailing, problems
from core.errors import Invalid, NotFound, Unavailable
from reports import asking, labels, reading, showing
from reports.access import view_for_overseer, views_of
from reports.asked import Asked
from reports.definitions import REPORTS
from reports.forms import choices_for
from reports.periods import MailEvery, Period
from reports.views.places import OverseersPlace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.models import Agent
    from reports.answers import Question
    from reports.models import SavedView


def today_of(viewer: Agent) -> date:
    """Return the day that it is where the organisation is."""
    assert viewer.organisation is not None
    return clock.now().astimezone(ZoneInfo(viewer.organisation.timezone)).date()


class ReportsPage(OverseersPlace):
    def get(self, request: HttpRequest) -> HttpResponse:
        viewer = self.person
        today = today_of(viewer)
        view_id = request.GET.get("view", "")
        if view_id and "report" not in request.GET:
            view = view_for_overseer(viewer, view_id)
            return redirect(f"{request.path}{_address(view)}")
        asked = Asked.of(request.GET.dict(), today=today)
        if asked.report not in REPORTS:
            raise Http404
        page = _page(asked, today) | _views(viewer, view_id)
        try:
            question = asking.parse(viewer, asked.report, asked.parameters(today))
        except NotFound as error:
            raise Http404 from error
        except Invalid as error:
            page |= _form(viewer, asked, today, errors=error.errors or {})
            return render(request, "reports/page.html", page, status=error.status)
        page |= _form(viewer, asked, today, question=question)
        try:
            page |= _report(viewer, asked, question, request.GET)
        except Unavailable as refusal:
            return problems.refused(request, refusal)
        page["csv"] = _csv(asked, today)
        return render(request, "reports/page.html", page)


def _page(asked: Asked, today: date) -> dict[str, Any]:
    """Return what is around every report: tabs, periods, ways to take it along."""
    return {
        "asked": asked,
        "filled": asked.filled(),
        "tabs": [
            {
                "label": label,
                "address": asked.address(report=name, figure=""),
                "is_chosen": name == asked.report,
            }
            for name, label in labels.TITLES.items()
        ],
        "title": labels.TITLES[asked.report],
        "periods": [
            {
                "label": period.label,
                "address": asked.address(period=period, since="", until=""),
                "is_chosen": period == asked.period,
            }
            for period in Period
        ],
        "address": asked.address(),
        "link": asked.dated(today).address(),
    }


def _address(view: SavedView) -> str:
    """Return where a saved view is answered: of its period as it is today."""
    return f"{Asked.again(view).address()}&view={view.pk}"


def _views(viewer: Agent, view_id: str) -> dict[str, Any]:
    """Return the saved views to open, and the one that is open."""
    views = list(views_of(viewer))
    return {
        "views": views,
        "view": next((view for view in views if str(view.pk) == view_id), None),
        "can_mail": mailing.has_links(),
        "mail_choices": MailEvery.choices,
        "can_replay": viewer.role == Role.ADMINISTRATOR,
    }


def _csv(asked: Asked, today: date) -> str:
    """Return where the same is had as a file."""
    query = urlencode({**asked.parameters(today), "export": "csv"})
    return f"/api/v1/reports/{asked.report}/?{query}"


def _form(
    viewer: Agent,
    asked: Asked,
    today: date,
    *,
    question: Question | None = None,
    errors: dict[str, list[str]] | None = None,
) -> dict[str, Any]:
    since, until = asked.days(today)
    return {
        "since": since,
        "until": until,
        # A time of the day, which an address may have, is no date to the browser.
        "day_type": "text" if "T" in since + until else "date",
        "intervals": labels.INTERVALS.items(),
        "automatic": labels.INTERVALS[question.interval] if question else "",
        "choices": choices_for(viewer, asked, errors or {}),
        "errors": errors or {},
    }


def _report(
    viewer: Agent, asked: Asked, question: Question, pages: Mapping[str, str]
) -> dict[str, Any]:
    answer = reading.answer(viewer, question)
    before = reading.answer(viewer, asking.before(question))
    column = showing.chosen(answer, asked.figure)
    return {
        "answer": answer,
        "is_empty": showing.is_empty(answer),
        "span": labels.span(question),
        "span_before": labels.span(before.question),
        "totals": showing.totals(answer, before),
        "column": column,
        "figures": [
            {
                "label": each.label,
                "address": asked.address(figure=each.name),
                "is_chosen": each == column,
            }
            for each in answer.columns
        ],
        "chart": showing.drawn(answer, before, column),
        "ranked": showing.bars(answer, column),
        "ranked_title": labels.PARTS.get(question.name, ""),
        "comments": showing.comments(answer, pages.get("comments", "")),
        "by_start": showing.by_start(answer, pages.get("intervals", "")),
        "by_subject": showing.by_subject(answer, pages.get("subjects", "")),
    }
