"""Pages of the demo: a shop that has the chat as other people's sites have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from administration.demo_centres import ACME
from core import addresses
from core.middleware import with_video
from queues.access import entry_point_for_key

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# No more than what docs/widget.md asks of a site.
STRICT = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF],
    "frame-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
}


@method_decorator(login_not_required, name="dispatch")
@method_decorator(csp(STRICT), name="dispatch")
class DemoShopView(TemplateView):
    """Acme's shop, where the demo organisations are and their sign-ins count."""

    template_name = "administration/demo_shop.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (settings.DEMO or addresses.is_this_machine(request)):
            raise Http404
        entry_point = entry_point_for_key(ACME.entry_points[0]["key"])
        if entry_point.organisation.slug != ACME.slug:
            raise Http404
        answer = super().get(request, *args, entry_point=entry_point, **kwargs)
        with_video(answer)
        return answer
