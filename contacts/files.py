"""Files on their way out: always a download, never a page of ours."""

from __future__ import annotations

import asyncio
from typing import IO, TYPE_CHECKING, Any

from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from contacts.services import file_store
from core import connections

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from rest_framework.request import Request

    from contacts.models import Attachment

PIECE = 256 * 1024  # bytes
# Types that a browser may run something of, were it to show them.
NEVER_SHOWN = {"text/html", "application/xml", "message/rfc822", "image/svg+xml"}


def download(request: Request, row: Attachment) -> HttpResponseBase:
    """Return the file as a download. No database connection is held while it goes."""
    try:
        file = file_store.opened(row.file.name or "")
    except FileNotFoundError as error:
        raise Http404 from error
    connections.give_back()
    answer = _answer(request, file)
    is_active = row.content_type in NEVER_SHOWN
    answer["Content-Type"] = (
        "application/octet-stream" if is_active else row.content_type
    )
    answer["Content-Length"] = str(row.size)
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=row.name)
        or "attachment"
    )
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _answer(request: Request, file: IO[Any]) -> HttpResponseBase:
    if isinstance(request._request, ASGIRequest):
        return StreamingHttpResponse(_pieces(file))
    return FileResponse(file)


async def _pieces(file: IO[Any]) -> AsyncIterator[bytes]:
    """Yield the file piece by piece, as fast as it is taken."""
    try:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
    finally:
        await asyncio.to_thread(file.close)
