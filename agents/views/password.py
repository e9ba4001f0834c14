"""One's own password, changed by its owner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from agents.models import Agent
from agents.services import passwords
from agents.views.sign_in import home
from core import addresses, clock
from core.errors import DomainError

MAX_PASSWORD = 1000  # characters


class OwnPasswordForm(forms.Form):
    current = forms.CharField(max_length=MAX_PASSWORD, strip=False)
    new = forms.CharField(max_length=MAX_PASSWORD, strip=False)
    again = forms.CharField(max_length=MAX_PASSWORD, strip=False)

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise forms.ValidationError("This is not the same.")
        return again


@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class PasswordView(FormView[OwnPasswordForm]):
    """Everybody who is signed in changes the own password; this browser stays signed
    in, all others are signed out."""

    template_name = "agents/password.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("password")

    def form_valid(self, form: OwnPasswordForm) -> HttpResponse:
        try:
            change_own(
                self.request,
                current=form.cleaned_data["current"],
                new=form.cleaned_data["new"],
            )
        except DomainError as error:
            return self._refused(form, error)
        return self.render_to_response(self.get_context_data(form=form, is_done=True))

    def form_invalid(self, form: OwnPasswordForm) -> HttpResponse:
        page = super().form_invalid(form)
        page.status_code = 400
        return page

    def _refused(self, form: OwnPasswordForm, error: DomainError) -> HttpResponse:
        if not error.errors:
            form.add_error(None, error.detail)
        for field, sentences in (error.errors or {}).items():
            form.add_error(field, [*sentences])
        page = self.form_invalid(form)
        page.status_code = error.status
        if error.retry_after is not None:
            page["Retry-After"] = str(error.retry_after)
        return page

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
