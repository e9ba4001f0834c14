from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from core import languages, problems
from core.bodies import REFUSAL

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


class NoStoreMiddleware(MiddlewareMixin):
    """Keeps what people see out of every cache, the browser's after a sign-out, too.

    Files that are the same for everybody are answered above, by WhiteNoise.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class PermissionsPolicyMiddleware(MiddlewareMixin):
    """Asks browsers to keep all devices from our pages, and from what they frame; pages
    of video calls ask for theirs (`with_video`)."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", _policy(""))
        return response


class LanguageMiddleware(MiddlewareMixin):
    """Answers in the language that the browser asks for, unless what comes after this
    knows better: whose page it is, or what the entry point says."""

    def process_request(self, request: HttpRequest) -> None:
        translation.activate(languages.of_browser(request.headers))

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", translation.get_language())
        patch_vary_headers(response, ["Accept-Language"])
        return response


VIDEO = ("camera", "microphone", "display-capture")
NEVER = ("geolocation", "payment", "serial", "usb", "midi", "hid")


def _policy(video: str) -> str:
    parts = [f"{name}=({video})" for name in VIDEO] + [f"{name}=()" for name in NEVER]
    return ", ".join(parts)


def with_video(response: HttpResponseBase) -> HttpResponseBase:
    """Let the page that this answers with use the devices of a video call, alone or in
    a frame that is allowed them."""
    response.headers["Permissions-Policy"] = _policy("self")
    return response


class RefusedBodyMiddleware(MiddlewareMixin):
    """Answers requests whose body was not taken (`core.bodies`)."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        refusal = getattr(request, "scope", {}).get(REFUSAL)
        if refusal is None:
            return None
        answer = problems.refused(request, refusal)
        # What is still on its way is not read.
        answer.headers["Connection"] = "close"
        answer.headers["Content-Length"] = str(len(answer.content))
        # It is no fault of ours, as Django would log it, and many may come at once.
        vars(answer).update(_has_been_logged=True)
        return answer
