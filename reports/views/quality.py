"""The pages on which those who oversee find conversations and score them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from agents.models import Role
from contacts.services import reading
from core import clock
from core.errors import DomainError
from core.pagination import LongLists
from reports.looking_up import contacts_for, neighbours, shown
from reports.reviewing import (
    NotOverseen,
    agents_to_review,
    contact_to_review,
    reviews_of,
    unscored,
)
from reports.services import reviews
from reports.sheets import LookUpForm, ScoreSheet
from reports.views.places import OverseersPlace, lines_of

if TYPE_CHECKING:
    from uuid import UUID

    from agents.models import Agent
    from contacts.models import Contact
    from reports.models import Review

ROWS = 50


class QualityPage(OverseersPlace):
    """The list of ended conversations."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = LookUpForm(request.GET, overseer=self.person)
        rows = shown(self.person, contacts_for(self.person, form.wanted()))
        asked = request.GET.get("page", "1")
        context = {
            "form": form,
            "page": LongLists(rows, ROWS).page_or_first(asked),
            "is_narrowed": bool(_asked(request)),
            "query": _asked(request),
        }
        return render(request, "quality/list.html", context)


class ReviewPage(OverseersPlace):
    """One conversation, with the sheet of scores beside it."""

    contact: Contact
    agent: Agent
    agents: list[Agent]
    review: Review | None

    def get(self, request: HttpRequest, contact_id: UUID) -> HttpResponse:
        self._find(contact_id)
        reading.note(self.contact, by=self.person, now=clock.now())
        return self._page(self._sheet())

    def post(self, request: HttpRequest, contact_id: UUID) -> HttpResponse:
        self._find(contact_id)
        if "remove" in request.POST:
            return self._remove(request.POST["remove"])
        sheet = self._sheet(request.POST)
        if not sheet.is_valid():
            return self._page(sheet, status=400)
        try:
            review = self._store(sheet)
        except DomainError as error:
            sheet.add_error(None, error.detail)
            return self._page(sheet, status=error.status)
        self._say(review)
        return self._go_on()

    # --- what it is about -----------------------------------------------------------
    def _find(self, contact_id: UUID) -> None:
        try:
            self.contact = contact_to_review(self.person, contact_id)
        except NotOverseen as error:
            raise PermissionDenied from error
        if not self.contact.is_ended:
            raise Http404
        self.agents = agents_to_review(self.person, self.contact)
        asked = self.request.GET.get("agent_of", "")
        chosen = [agent for agent in self.agents if str(agent.pk) == asked]
        self.agent = (chosen or self.agents)[0]
        rows = reviews_of(self.person, self.contact)
        self.reviews = list(rows)
        own = [each for each in self.reviews if self._is_own(each)]
        self.review = own[0] if own else None

    def _is_own(self, review: Review) -> bool:
        return review.reviewer == self.person and review.agent == self.agent

    def _sheet(self, data: QueryDict | None = None) -> ScoreSheet:
        own = self.contact.organisation_id
        rows = list(self.review.scores.all()) if self.review else unscored(own)
        comment = self.review.comment if self.review else ""
        return ScoreSheet(data, rows=rows, comment=comment)

    # --- what is done ---------------------------------------------------------------
    def _store(self, sheet: ScoreSheet) -> Review:
        said = {"marks": sheet.marks(), "comment": sheet.cleaned_data["comment"]}
        # A page that was opened before the review was given gives it, or hears of it.
        if self.review and self.request.POST.get("review") == str(self.review.pk):
            return reviews.change(
                review=self.review, by=self.person, now=clock.now(), **said
            )
        review, _is_new = reviews.give(
            contact_id=self.contact.pk,
            agent=self.agent,
            reviewer=self.person,
            now=clock.now(),
            **said,
        )
        return review

    def _remove(self, key: str) -> HttpResponse:
        for review in self.reviews:
            if str(review.pk) == key:
                try:
                    reviews.remove(review=review, by=self.person)
                except DomainError as error:
                    raise PermissionDenied from error
        messages.success(self.request, gettext("The review is removed."))
        return redirect(self._address(self.contact.pk, self.agent))

    def _say(self, review: Review) -> None:
        sentence = gettext("The review is stored. %(name)s can read it.")
        messages.success(self.request, sentence % {"name": review.agent})
        if review.masked:
            hidden = gettext(
                "Sensitive data such as a card number was hidden in your comment."
            )
            messages.warning(self.request, hidden)

    def _go_on(self) -> HttpResponse:
        _before, after = self._neighbours()
        if "next" in self.request.POST and after:
            return redirect(self._address(after))
        return redirect(self._address(self.contact.pk, self.agent))

    # --- what is shown --------------------------------------------------------------
    def _page(self, sheet: ScoreSheet, *, status: int = 200) -> HttpResponse:
        before, after = self._neighbours()
        is_administrator = self.person.role == Role.ADMINISTRATOR
        context = {
            "contact": self.contact,
            "agent": self.agent,
            "agents": [
                (agent, self._address(self.contact.pk, agent)) for agent in self.agents
            ],
            "sheet": sheet,
            "review": self.review,
            "others": [
                (each, is_administrator or each.reviewer == self.person)
                for each in self.reviews
                if each != self.review
            ],
            "before": before and self._address(before),
            "after": after and self._address(after),
            "back": f"{reverse('quality')}?{_asked(self.request)}",
            **lines_of(self.contact),
        }
        return render(self.request, "quality/review.html", context, status=status)

    def _neighbours(self) -> tuple[UUID | None, UUID | None]:
        form = LookUpForm(self.request.GET, overseer=self.person)
        return neighbours(contacts_for(self.person, form.wanted()), self.contact)

    def _address(self, contact_id: UUID, agent: Agent | None = None) -> str:
        asked = QueryDict(_asked(self.request), mutable=True)
        if agent is not None and agent != self.agents[0]:
            asked["agent_of"] = str(agent.pk)
        path = reverse("quality-review", args=[contact_id])
        return f"{path}?{asked.urlencode()}" if asked else path


def _asked(request: HttpRequest) -> str:
    """Return what is looked for, as an address has it."""
    asked = QueryDict(mutable=True)
    for name in LookUpForm.base_fields:
        if value := request.GET.get(name, ""):
            asked[name] = value
    return asked.urlencode()
