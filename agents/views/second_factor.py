"""One's own second factor: set it up, renew recovery codes, do without again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from agents.models import Agent
from agents.services import guesses, second_factors, sign_ins
from agents.views import half_way, setting_up
from agents.views.letting_in import let_in
from agents.views.sign_in import wanted
from core import addresses, clock
from core.errors import DomainError, Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_CODE = 40  # characters


@method_decorator(login_not_required, name="dispatch")
@method_decorator(never_cache, name="dispatch")
class SecondFactorView(TemplateView):
    """For people who are signed in, and for those who must set one up first."""

    template_name = "agents/second_factor.html"
    agent: Agent

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        agent = request.user if isinstance(request.user, Agent) else None
        if agent is None:
            agent = half_way.who(request)
            if agent is None or not second_factors.must_set_up(agent):
                return redirect("sign-in")
        self.agent = agent
        if agent.language:
            translation.activate(agent.language)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        code = request.POST.get("code", "")[:MAX_CODE]
        steps = {
            "set_up": self._set_up,
            "renew": self._renew,
            "remove": self._remove,
        }
        step = steps.get(request.POST.get("step", ""), self._set_up)
        try:
            recovery_codes = self._counted(step, code)
        except DomainError as error:
            page = self._page(error=error.detail)
            page.status_code = error.status
            if error.retry_after is not None:
                page["Retry-After"] = str(error.retry_after)
            return page
        return self._page(recovery_codes=recovery_codes, is_done=True)

    def _counted(self, step: Callable[[str], list[str]], code: str) -> list[str]:
        """Take the step; what fails counts as a guess."""
        email, address = self.agent.email, addresses.of(self.request)
        guess = guesses.count(email=email, address=address, now=clock.now())
        try:
            recovery_codes = step(code)
        except DomainError:
            sign_ins.note_lock_out(email=email, guess=guess)
            raise
        guesses.forget(guess)
        return recovery_codes

    def _set_up(self, code: str) -> list[str]:
        secret = setting_up.under_way(self.request, self.agent)
        if secret is None and not second_factors.has_one(self.agent):
            raise Invalid(
                "code", gettext("That took too long. Please scan the new picture.")
            )
        codes = second_factors.confirm(
            self.agent, secret=secret or "", code=code, now=clock.now()
        )
        setting_up.leave(self.request)
        if not self.request.user.is_authenticated:
            let_in(self.request, self.agent)
        return codes

    def _renew(self, code: str) -> list[str]:
        return second_factors.renew_recovery_codes(
            self.agent, code=code, now=clock.now()
        )

    def _remove(self, code: str) -> list[str]:
        second_factors.remove(self.agent, code=code, now=clock.now())
        return []

    def _page(self, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**context))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        has_one = second_factors.has_one(self.agent)
        secret = "" if has_one else setting_up.secret_for(self.request, self.agent)
        return super().get_context_data(
            agent=self.agent,
            has_one=has_one,
            requirement=second_factors.requirement(self.agent),
            secret=secret,
            picture=_picture(self.agent, secret) if secret else "",
            way_on=wanted(self.request, self.agent),
            **kwargs,
        )


def _picture(agent: Agent, secret: str) -> SafeString:
    """Return the QR code as SVG, dark on light in dark mode too."""
    text = second_factors.address_of(agent, secret)
    svg = segno.make(text, error="m").svg_inline(
        scale=4, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return mark_safe(svg)  # noqa: S308 - made by us of squares alone
