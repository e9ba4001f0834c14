"""Files of predefined responses."""

from __future__ import annotations

from administration.admin.imports import SettingResource
from queues.models import PredefinedResponse


class ResponseResource(SettingResource):
    needed = ("name", "text")

    class Meta:
        model = PredefinedResponse
        import_id_fields = ("name",)
        fields = PredefinedResponse.settings()
