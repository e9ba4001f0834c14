from __future__ import annotations

from django.urls import path

from supervision import api

rest = [
    path("contacts/<uuid:contact_id>/requeue/", api.RequeueView.as_view()),
    path("contacts/<uuid:contact_id>/close/", api.CloseView.as_view()),
    path("contacts/<uuid:contact_id>/routing/", api.RoutingView.as_view()),
    path("people/", api.PeopleView.as_view()),
    path("people/<int:agent_id>/state/", api.PersonStateView.as_view()),
]
