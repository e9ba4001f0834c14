from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.deprecation import MiddlewareMixin

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
    """Asks browsers to keep from our pages, and what they frame, all devices but those
    of a video call."""

    POLICY = "camera=(self), microphone=(self), display-capture=(), geolocation=(), "
    POLICY += "payment=(), serial=(), usb=(), midi=(), hid=()"

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", self.POLICY)
        return response
