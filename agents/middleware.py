"""For whom a request is answered: the trail knows, and the answer says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asgiref.sync import iscoroutinefunction
from django.utils import translation
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin

from agents import acting
from agents.authentication import PERSON, answered_person
from core import problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

REFRESH = "X-Parley-Refresh"


@sync_and_async_middleware
def acting_middleware(get_response: Callable[[HttpRequest], Any]) -> Any:
    """Let the trail know for whom a request is answered (`agents.acting`)."""
    if not iscoroutinefunction(get_response):

        def answer(request: HttpRequest) -> Any:
            with acting.for_request(request):
                return get_response(request)

        return answer

    async def answer_later(request: HttpRequest) -> Any:
        with acting.for_request(request):
            return await get_response(request)

    return answer_later


def no_use(view: Any) -> Any:
    """Mark a view: nothing that is asked of it is a use of the session."""
    view.is_no_use = True
    return view


class RefreshMiddleware(MiddlewareMixin):
    """What a page asks for by itself (`X-Parley-Refresh`) is no use of its session."""

    def process_request(self, request: HttpRequest) -> None:
        request.session.is_idling = REFRESH in request.headers  # type: ignore[attr-defined]

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> None:
        if getattr(view, "is_no_use", False):
            request.session.is_idling = True  # type: ignore[attr-defined]


class OwnLanguageMiddleware(MiddlewareMixin):
    """Pages of those who work here speak the language that each has chosen. What
    programs ask for, and the pages for everybody, follow the browser."""

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> None:
        if problems.is_api(request) or not getattr(view, "login_required", True):
            return
        language: str = getattr(request.user, "language", "")
        if language:
            translation.activate(language)


class NamedPersonMiddleware(MiddlewareMixin):
    """A page notices that another person has signed in in its browser since."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        person = answered_person(request)
        if person is not None:
            response.headers[PERSON] = str(person)
        return response
