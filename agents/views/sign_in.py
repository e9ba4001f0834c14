"""Signing in: with a password, then with a code where a second factor is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from agents.models import Agent
from agents.services import second_factors, tokens
from agents.views import half_way
from agents.views.letting_in import let_in
from core import addresses, clock, mailing
from core.errors import DomainError

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class CredentialForm(forms.Form):
    """A form that shows why somebody was refused."""

    refusal: DomainError | None = None

    def __init__(self, *args: Any, address: str, is_local: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address, self.is_local = address, is_local

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        try:
            return values | self.checked(values)
        except DomainError as error:
            self.refusal = error
            raise forms.ValidationError(error.detail) from error

    def checked(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return what the credentials prove. Raise DomainError."""
        raise NotImplementedError


class PasswordForm(CredentialForm):
    email = forms.EmailField(max_length=254)
    password = forms.CharField(max_length=1000, strip=False)

    def checked(self, values: dict[str, Any]) -> dict[str, Any]:
        agent = tokens.with_password(
            email=values["email"],
            password=values["password"],
            address=self.address,
            is_local=self.is_local,
            now=clock.now(),
        )
        return {"agent": agent}


class CodeForm(CredentialForm):
    code = forms.CharField(max_length=40)

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent

    def checked(self, values: dict[str, Any]) -> dict[str, Any]:
        tokens.with_code(
            self.agent, code=values["code"], address=self.address, now=clock.now()
        )
        return {"agent": self.agent}


@method_decorator(login_not_required, name="dispatch")
@method_decorator(never_cache, name="dispatch")
class SignInView(FormView[CredentialForm]):
    """Sign in, then go where the role works."""

    template_name = "agents/sign_in.html"
    half_way: Agent | None = None

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        # `again`: another person wants to sign in in this browser.
        is_here = request.user.is_authenticated and "again" not in request.GET
        if request.method == "GET" and is_here:
            return redirect(home(request.user))
        if "start_over" in request.POST:
            half_way.leave(request)
            return redirect(request.get_full_path())
        # A password in the request begins the sign-in anew.
        if "password" not in request.POST:
            self.half_way = half_way.who(request)
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type[CredentialForm]:
        return CodeForm if self.half_way else PasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        values = {
            **super().get_form_kwargs(),
            "address": addresses.of(self.request),
            "is_local": addresses.is_this_machine(self.request),
        }
        return values | ({"agent": self.half_way} if self.half_way else {})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        can_forget = mailing.has_links()
        return super().get_context_data(
            demo_is_open=settings.DEMO, can_forget=can_forget, **kwargs
        )

    def form_invalid(self, form: CredentialForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.refusal is not None and form.refusal.retry_after is not None:
            response.status_code = form.refusal.status
            response["Retry-After"] = str(form.refusal.retry_after)
        return response

    def form_valid(self, form: CredentialForm) -> HttpResponse:
        agent: Agent = form.cleaned_data["agent"]
        if self.half_way is None and second_factors.has_one(agent):
            half_way.enter(self.request, agent)
            return redirect(self.request.get_full_path())
        if second_factors.must_set_up(agent):
            half_way.enter(self.request, agent)
            query = urlencode({"next": self._wanted(agent)})
            return redirect(f"{resolve_url('second-factor')}?{query}")
        let_in(self.request, agent)
        return redirect(self._wanted(agent))

    def _wanted(self, agent: Agent) -> str:
        return wanted(self.request, agent)


def wanted(request: HttpRequest, agent: Agent) -> str:
    """Return the address of ours that somebody came for, else where they work."""
    address = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else home(agent)


def home(person: Agent | AnonymousUser) -> str:
    """Return the address where this role works."""
    is_staff = isinstance(person, Agent) and person.is_staff
    return resolve_url("admin:index" if is_staff else "desk")
