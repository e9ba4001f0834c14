"""A forgotten password: asking for a link by mail, and choosing a new one by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from agents import events
from agents.services import password_links
from core import addresses, clock, limits, mailing
from core.errors import DomainError

if TYPE_CHECKING:
    from django.forms import Form

MAX_PASSWORD = 1000  # characters
PER_MINUTE = 5  # from one address


class ForgottenForm(forms.Form):
    email = forms.EmailField(max_length=254)


class NewPasswordForm(forms.Form):
    code = forms.CharField(max_length=200, required=False)
    new = forms.CharField(max_length=MAX_PASSWORD, strip=False)
    again = forms.CharField(max_length=MAX_PASSWORD, strip=False)

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise forms.ValidationError("This is not the same.")
        return again


class MailedView(FormView[Any]):
    """A page that is there only where mails with links are, for people who are not
    signed in."""

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if not mailing.has_links():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            self.work(form.cleaned_data)
        except DomainError as error:
            return self._refused(form, error)
        return self.render_to_response(self.get_context_data(form=form, is_done=True))

    def work(self, values: dict[str, Any]) -> None:
        """Do what is asked. Raise DomainError."""
        raise NotImplementedError

    def form_invalid(self, form: Form) -> HttpResponse:
        page = super().form_invalid(form)
        page.status_code = 400
        return page

    def _refused(self, form: Form, error: DomainError) -> HttpResponse:
        if not error.errors:
            form.add_error(None, error.detail)
        for field, sentences in (error.errors or {}).items():
            form.add_error(field, [*sentences])
        page = self.form_invalid(form)
        page.status_code = error.status
        if error.retry_after is not None:
            page["Retry-After"] = str(error.retry_after)
        return page


@method_decorator(login_not_required, name="dispatch")
@method_decorator(never_cache, name="dispatch")
class ForgottenView(MailedView):
    """Ask for a link. The answer is the same whoever asks for whom: a worker looks
    whether there is an account."""

    template_name = "agents/forgotten.html"
    form_class = ForgottenForm

    def work(self, values: dict[str, Any]) -> None:
        address = addresses.of(self.request)
        limits.spend(f"forgotten:{address}", per_minute=PER_MINUTE)
        events.password_forgotten(values["email"])


@method_decorator(login_not_required, name="dispatch")
@method_decorator(never_cache, name="dispatch")
@method_decorator(sensitive_post_parameters(), name="dispatch")
class NewPasswordView(MailedView):
    """Choose a password by the code of a mailed link, which the page takes out of its
    address."""

    template_name = "agents/new_password.html"
    form_class = NewPasswordForm

    def work(self, values: dict[str, Any]) -> None:
        address = addresses.of(self.request)
        limits.spend(f"new-password:{address}", per_minute=PER_MINUTE)
        password_links.choose(code=values["code"], new=values["new"], now=clock.now())
