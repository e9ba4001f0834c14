"""A forgotten password: asking for a link by mail, and choosing a new one by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from agents import events
from agents.services import password_links
from agents.views.commands import CommandView, NewPasswordForm
from core import addresses, clock, limits, mailing

if TYPE_CHECKING:
    pass

PER_MINUTE = 5  # from one address


class ForgottenForm(forms.Form):
    email = forms.EmailField(max_length=254)


class MailedPasswordForm(NewPasswordForm):
    code = forms.CharField(max_length=200, required=False)


class MailedView(CommandView):
    """A page that is there only where mails with links are, for people who are not
    signed in."""

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if not mailing.has_links():
            raise Http404
        return super().dispatch(request, *args, **kwargs)


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
    form_class = MailedPasswordForm

    def work(self, values: dict[str, Any]) -> None:
        address = addresses.of(self.request)
        limits.spend(f"new-password:{address}", per_minute=PER_MINUTE)
        password_links.choose(code=values["code"], new=values["new"], now=clock.now())
