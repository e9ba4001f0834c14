"""What customers see of agents beside their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse

from agents.access import picture_by_name

if TYPE_CHECKING:
    from django.http import HttpRequest


@login_not_required
def picture(request: HttpRequest, key: str) -> HttpResponse:
    """The picture of an agent, by the name that only those know who were shown it."""
    return HttpResponse(bytes(picture_by_name(key).content), content_type="image/png")
