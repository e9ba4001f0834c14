from __future__ import annotations

from django.urls import path

from agents import api
from agents.views.desk import DeskView, manifest, push_worker
from agents.views.forgotten import ForgottenView, NewPasswordView
from agents.views.language import LanguageView
from agents.views.password import PasswordView
from agents.views.pictures import picture
from agents.views.second_factor import SecondFactorView
from agents.views.session_end import SessionEndView
from agents.views.sign_in import SignInView

pages = [
    path("", SignInView.as_view(), name="sign-in"),
    path("desk/", DeskView.as_view(), name="desk"),
    path("desk/manifest.webmanifest", manifest, name="desk-manifest"),
    path("desk/push.js", push_worker, name="desk-push"),
    path("password/forgotten/", ForgottenView.as_view(), name="forgotten"),
    path("password/new/", NewPasswordView.as_view(), name="new-password"),
    path("password/", PasswordView.as_view(), name="password"),
    path("language/", LanguageView.as_view(), name="language"),
    path("pictures/<slug:key>.png", picture, name="agent-picture"),
    path("session/", SessionEndView.as_view(), name="session-end"),
    path("second-factor/", SecondFactorView.as_view(), name="second-factor"),
]
rest = [
    path("auth/token/", api.TokenView.as_view()),
    path("me/", api.MeView.as_view()),
    path("me/password/", api.PasswordView.as_view()),
    path("me/idle-codes/", api.IdleCodesView.as_view()),
    path("me/push/", api.PushView.as_view()),
    path("me/push/end/", api.PushEndView.as_view()),
]
