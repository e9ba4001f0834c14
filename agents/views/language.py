"""The language of one's own pages, chosen without a script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import View

from agents.models import Agent
from agents.services import people
from agents.views.sign_in import home
from core import languages


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=languages.SHIPPED, required=False)


class LanguageView(View):
    """Everybody who is signed in chooses the language of the own pages, and is led back
    to where it was chosen."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(home(request.user))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = request.user
        assert isinstance(person, Agent)
        form = LanguageForm(request.POST)
        if form.is_valid():
            people.choose_language(person, language=form.cleaned_data["language"])
        back = request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return redirect(back if is_ours else home(person))
