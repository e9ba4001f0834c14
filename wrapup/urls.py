from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from wrapup import api

router = SimpleRouter()
router.register("wrapup-codes", api.WrapUpCodesViewSet)

rest = [
    path("contacts/<uuid:contact_id>/wrap-up/", api.WrapUpView.as_view()),
    path("contacts/<uuid:contact_id>/wrapup-codes/", api.WrapUpCodesView.as_view()),
    *router.urls,
]
