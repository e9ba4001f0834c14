from __future__ import annotations

from django.urls import path

from queues import api

rest = [
    path("articles/search/", api.ArticleSearchView.as_view()),
    path("me/predefined-responses/", api.OwnResponsesView.as_view()),
    path("me/predefined-responses/<int:response_id>/", api.OwnResponseView.as_view()),
]
