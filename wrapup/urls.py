from __future__ import annotations

from django.urls import path

from wrapup import api

rest = [
    path("contacts/<uuid:contact_id>/wrap-up/", api.WrapUpView.as_view()),
    path("contacts/<uuid:contact_id>/wrap-up/more-time/", api.MoreTimeView.as_view()),
    path("contacts/<uuid:contact_id>/wrapup-codes/", api.WrapUpCodesView.as_view()),
]
