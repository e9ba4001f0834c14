"""Errors over HTTP: application/problem+json (RFC 9457), one shape for all."""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from core import outages
from core.errors import DomainError, Forbidden, Invalid, NotFound, ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT_TYPE = "application/problem+json"
# One word for one thing, whoever says it.
OWN_WORDS = {"permission_denied": Forbidden.code}


# What the statuses are called that we answer with.
TITLES = {
    400: _("Bad Request"),
    401: _("Unauthorized"),
    403: _("Forbidden"),
    404: _("Not Found"),
    405: _("Method Not Allowed"),
    406: _("Not Acceptable"),
    408: _("Request Timeout"),
    409: _("Conflict"),
    413: _("Request Entity Too Large"),
    415: _("Unsupported Media Type"),
    422: _("Unprocessable Entity"),
    429: _("Too Many Requests"),
    500: _("Internal Server Error"),
    503: _("Service Unavailable"),
    507: _("Insufficient Storage"),
}


class InvalidValues(Invalid):
    """Values that cannot be right, each with its sentences."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        sentences = next(iter(errors.values()))
        DomainError.__init__(self, " ".join(sentences), errors=errors)


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: dict[str, list[str]] | None = None,
) -> dict[str, Any]:
    """Return the body of an error answer."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(TITLES.get(status) or HTTPStatus(status).phrase),
        "status": status,
        "detail": _writable(detail),
        "code": code,
    }
    if errors:
        body["errors"] = {
            _writable(field): [_writable(sentence) for sentence in sentences]
            for field, sentences in errors.items()
        }
    return body


def _writable(text: str) -> str:
    """Return the text as UTF-8 can say it: sentences may quote half a character."""
    return text.encode("utf-8", "replace").decode()


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a refusal; None (a bug, 500) for anything else. DRF's exception hook."""
    error = outages.refusal_for(error) or error
    if isinstance(error, DomainError):
        answer = _answer(_of(error))
        _say_when(answer, error)
    elif isinstance(error, Http404):
        answer = _answer(_of(NotFound()))
    elif isinstance(error, PermissionDenied):
        answer = _answer(_of(Forbidden()))
    elif isinstance(error, exceptions.APIException):
        answer = _from_rest_framework(error)
    else:
        return None
    set_rollback()
    return answer


def _of(error: DomainError) -> dict[str, Any]:
    body = problem(error.status, error.code, error.detail, errors=error.errors)
    return body | error.besides


def _say_when(answer: HttpResponse, refusal: DomainError) -> None:
    """Say when to try again, where that is known."""
    if refusal.retry_after is not None:
        answer["Retry-After"] = str(refusal.retry_after)


def _answer(body: dict[str, Any]) -> Response:
    return Response(body, status=body["status"], content_type=CONTENT_TYPE)


def _from_rest_framework(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        answer = _answer(_of(invalid(error)))
    else:
        code = getattr(error.detail, "code", None) or error.default_code
        code = OWN_WORDS.get(code, code)
        answer = _answer(problem(error.status_code, code, str(error.detail)))
    if header := getattr(error, "auth_header", None):
        answer["WWW-Authenticate"] = header
    return answer


def invalid(error: exceptions.ValidationError) -> InvalidValues:
    """Return the refusal of values that Django REST framework found not valid."""
    return InvalidValues(dict(_flatten("", error.detail)))


def _flatten(prefix: str, detail: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield (dotted field, sentences) of a nested validation error.

    What is wrong in a row of a list is said of the list.
    """
    if isinstance(detail, dict) and all(isinstance(key, str) for key in detail):
        for name, value in detail.items():
            # What is wrong with a field as a whole is said of the field.
            whole = prefix if name == api_settings.NON_FIELD_ERRORS_KEY else ""
            path = f"{prefix}.{name}" if prefix else name
            yield from _flatten(whole or path, value)
    else:
        yield prefix or "non_field_errors", list(_sentences(detail))


def _sentences(detail: Any) -> Iterator[str]:
    if isinstance(detail, dict | list):
        for item in detail.values() if isinstance(detail, dict) else detail:
            yield from _sentences(item)
    else:
        yield str(detail)


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return _plain(_of(NotFound()))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a bug, or an outage that came up outside of any REST view."""
    outage = outages.refusal_for(sys.exc_info()[1])
    if outage is not None:
        return refused(request, outage)
    if is_api(request):
        return _plain(_of(ServerError()))
    return defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return _plain(
            problem(400, Invalid.code, gettext("The request could not be read."))
        )
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return _plain(_of(Forbidden()))
    return defaults.permission_denied(request, exception)


def refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Answer a refusal that does not come from a REST view."""
    if is_api(request):
        answer = _plain(_of(refusal))
    else:
        page = {"sentence": refusal.detail}
        answer = render(request, "refused.html", page, status=refusal.status)
    _say_when(answer, refusal)
    return answer


def _plain(body: dict[str, Any]) -> HttpResponse:
    return JsonResponse(body, status=body["status"], content_type=CONTENT_TYPE)
