"""The page of the REST schema."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView

from core.wording import ENGLISH

if TYPE_CHECKING:
    from rest_framework.request import Request


class SchemaView(SpectacularAPIView):
    """The schema, made once by each process: it takes seconds, and anybody may ask."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        renderer: Any = request.accepted_renderer
        kind: Any = type(renderer)
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        return HttpResponse(
            _rendered(kind),
            content_type=f"{renderer.media_type}{charset}",
            headers={
                "Content-Disposition": f'inline; filename="Parley.{renderer.format}"'
            },
        )


@cache
def _rendered(renderer: Any) -> str | bytes:
    """Return the schema, in English for everybody, as this class of renderers writes
    it."""
    with translation.override(ENGLISH):
        return _written(renderer)


def _written(renderer: Any) -> str | bytes:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    rendered: str | bytes = renderer().render(schema, renderer_context={})
    return rendered
