"""The addresses of all pages, as the URL resolver has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import URLPattern, URLResolver, get_resolver

if TYPE_CHECKING:
    from collections.abc import Iterator


def pages(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[str]:
    """Yield the routes of all pages but the administration's."""
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route
        elif getattr(each, "app_name", None) != "admin" and route != "/api/v1/":
            yield from pages(each, route)
