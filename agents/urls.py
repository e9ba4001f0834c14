from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from agents.api import configuration, me, tokens
from agents.views.desk import DeskView
from agents.views.second_factor import SecondFactorView
from agents.views.sign_in import SignInView

router = SimpleRouter()
router.register("agents", configuration.AgentsViewSet)
router.register("teams", configuration.TeamsViewSet)
router.register("multimedia-profiles", configuration.MultimediaProfilesViewSet)
router.register("idle-codes", configuration.IdleCodesViewSet)
router.register("tokens", tokens.ApiTokensViewSet)

pages = [
    path("", SignInView.as_view(), name="sign-in"),
    path("desk/", DeskView.as_view(), name="desk"),
    path("second-factor/", SecondFactorView.as_view(), name="second-factor"),
]
rest = [
    path("auth/token/", me.TokenView.as_view()),
    path("me/", me.MeView.as_view()),
    path("me/idle-codes/", me.IdleCodesView.as_view()),
    path("organisation/", configuration.OrganisationView.as_view()),
    *router.urls,
]
