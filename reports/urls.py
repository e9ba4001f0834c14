from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from reports.api import reviews
from reports.api.reports import ReportView
from reports.views.feedback import FeedbackPage, FeedbackReviewPage
from reports.views.page import ReportsPage
from reports.views.quality import QualityPage, ReviewPage
from reports.views.saved import SavedViewsPage
from reports.views.what_if import ProgressView, SimulationPage, WhatIfPage

if TYPE_CHECKING:
    from django.urls import URLPattern

pages: list[URLPattern] = [
    path("reports/", ReportsPage.as_view(), name="reports"),
    path("reports/views/", SavedViewsPage.as_view(), name="saved-views"),
    path("reports/quality/", QualityPage.as_view(), name="quality"),
    path(
        "reports/quality/<uuid:contact_id>/",
        ReviewPage.as_view(),
        name="quality-review",
    ),
    path("feedback/", FeedbackPage.as_view(), name="feedback"),
    path(
        "feedback/<int:review_id>/",
        FeedbackReviewPage.as_view(),
        name="feedback-review",
    ),
    path("reports/what-if/", WhatIfPage.as_view(), name="what-if"),
    path("reports/what-if/<int:run_id>/", SimulationPage.as_view(), name="simulation"),
    path("reports/what-if/<int:run_id>/progress/", ProgressView.as_view()),
]
rest: list[URLPattern] = [
    path("contacts/<uuid:contact_id>/reviews/", reviews.ContactReviewsView.as_view()),
    path("reviews/", reviews.ReviewsView.as_view()),
    path("reviews/<int:review_id>/", reviews.ReviewView.as_view()),
    path("reviews/<int:review_id>/read/", reviews.ReviewReadView.as_view()),
    path("reports/<str:name>/", ReportView.as_view()),
]
