"""Answers that are sent as they are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from django.http import HttpRequest


def stream(
    request: HttpRequest, parts: Iterator[str], *, content_type: str
) -> StreamingHttpResponse:
    """Return an answer of which one part at a time is in memory."""
    # Each kind of server would collect the other's iterators first.
    is_asynchronous = isinstance(request, ASGIRequest)
    content = _one_by_one(parts) if is_asynchronous else parts
    return StreamingHttpResponse(content, content_type=content_type)


async def _one_by_one(parts: Iterator[str]) -> AsyncIterator[str]:
    take = sync_to_async(lambda: next(parts, None))
    while (part := await take()) is not None:
        yield part
