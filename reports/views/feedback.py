"""The pages on which agents read what is said of their conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from core import clock
from core.pagination import LongLists
from reports.reviewing import may_read_transcript, review_for, reviews_about
from reports.services import reviews
from reports.views.places import AgentsPlace, lines_of

if TYPE_CHECKING:
    from typing import Any

ROWS = 20


class FeedbackPage(AgentsPlace):
    """The reviews of one's own conversations, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        pages = LongLists(reviews_about(self.person).select_related("contact"), ROWS)
        page = pages.page_or_first(request.GET.get("page", "1"))
        return render(request, "quality/feedback.html", {"page": page})


class FeedbackReviewPage(AgentsPlace):
    """One review, with the conversation where it may still be read."""

    def get(self, request: HttpRequest, review_id: int) -> HttpResponse:
        review = review_for(self.person, review_id)
        if review.agent != self.person:
            raise Http404
        contact = review.contact
        context: dict[str, Any] = {"review": review, "contact": contact}
        if may_read_transcript(self.person, contact):
            context |= lines_of(contact)
        page = render(request, "quality/feedback_review.html", context)
        # Whoever loads a page ahead of a click does not read it.
        if "prefetch" not in request.headers.get("Sec-Purpose", ""):
            reviews.mark_read(review=review, by=self.person, now=clock.now())
        return page
