"""Pages: the customer's chat."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from queues.access import entry_point_for_key


@method_decorator(login_not_required, name="dispatch")
class ChatView(TemplateView):
    """The hosted chat page of an entry point."""

    template_name = "contacts/chat.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry_point = entry_point_for_key(kwargs["key"])
        return super().get_context_data(entry_point=entry_point, **kwargs)
