from __future__ import annotations

from django.urls import path

from supervision import consumers, views
from supervision.api import floor, people, watching

pages = [
    path("floor/", views.FloorPage.as_view(), name="floor"),
]
sockets = [
    path("ws/floor/", consumers.FloorConsumer.as_asgi()),
]
rest = [
    path("floor/", floor.FloorView.as_view()),
    path("floor/contacts/", floor.CountedView.as_view()),
    path("contacts/<uuid:contact_id>/requeue/", people.RequeueView.as_view()),
    path("contacts/<uuid:contact_id>/close/", people.CloseView.as_view()),
    path("contacts/<uuid:contact_id>/routing/", people.RoutingView.as_view()),
    path("contacts/<uuid:contact_id>/watch/", watching.WatchView.as_view()),
    path("contacts/<uuid:contact_id>/whispers/", watching.WhispersView.as_view()),
    path("contacts/<uuid:contact_id>/barge/", watching.BargeView.as_view()),
    path("contacts/<uuid:contact_id>/take-over/", watching.TakeOverView.as_view()),
    path("people/", people.PeopleView.as_view()),
    path("people/<int:agent_id>/state/", people.PersonStateView.as_view()),
]
