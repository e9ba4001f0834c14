"""One's own password, changed by its owner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from agents.models import Agent
from agents.services import passwords
from agents.views.commands import MAX_PASSWORD, CommandView, NewPasswordForm
from agents.views.sign_in import home
from core import addresses, clock


class OwnPasswordForm(NewPasswordForm):
    current = forms.CharField(max_length=MAX_PASSWORD, strip=False)


@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class PasswordView(CommandView):
    """Everybody who is signed in changes the own password; this browser stays signed
    in, all others are signed out."""

    template_name = "agents/password.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("password")

    def work(self, values: dict[str, Any]) -> None:
        change_own(self.request, current=values["current"], new=values["new"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.request.user
        assert isinstance(person, Agent)
        return super().get_context_data(way_on=home(person), **kwargs)


def change_own(request: HttpRequest, *, current: str, new: str) -> None:
    """Change the password of the person who asks, and keep this browser signed in."""
    person = request.user
    assert isinstance(person, Agent)
    changed = passwords.change(
        person,
        current=current,
        new=new,
        address=addresses.of(request),
        now=clock.now(),
    )
    update_session_auth_hash(request, changed)
