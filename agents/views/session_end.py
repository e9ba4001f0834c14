"""When the session of a page ends, and one press to put that off.

A page asks by itself, so nothing of this is a use of the session; only the press is.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.generic import View

from agents.authentication import PERSON, OtherPerson
from agents.middleware import no_use
from agents.models import Agent
from core import clock, problems

if TYPE_CHECKING:
    from agents.sessions import SessionStore


@method_decorator(login_not_required, name="dispatch")
@method_decorator(no_use, name="dispatch")
class SessionEndView(View):
    """GET says how long the session lasts, POST lets it last longer. Nobody is sent to
    the sign-in page: a script asks."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = request.user
        if not isinstance(person, Agent):
            return _refusal(401, "not_authenticated", gettext("You are signed out."))
        if request.headers.get(PERSON, str(person.pk)) != str(person.pk):
            other = OtherPerson()
            return _refusal(other.status, other.code, other.detail)
        return cast("HttpResponse", super().dispatch(request, *args, **kwargs))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse(_left(cast("SessionStore", request.session)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        session = cast("SessionStore", request.session)
        session.stay()
        return JsonResponse(_left(session))


def _left(session: SessionStore) -> dict[str, Any]:
    """Return the seconds that are left, which need no right clock of the browser, and
    whether there can be more."""
    assert session.end is not None
    assert session.last_end is not None
    seconds = (session.end - clock.now()).total_seconds()
    return {
        "seconds_left": max(0, floor(seconds)),
        "may_stay": session.end < session.last_end,
    }


def _refusal(status: int, code: str, sentence: str) -> HttpResponse:
    return JsonResponse(
        problems.problem(status, code, sentence),
        status=status,
        content_type=problems.CONTENT_TYPE,
    )
