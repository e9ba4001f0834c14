"""What conversations are scored by, set up by administrators: the pages, and REST.

It stands here, above the rooms that it brings together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from rest_framework.permissions import SAFE_METHODS

from administration.admin.base import SettingAdmin
from administration.api.base import ConfigurationViewSet, SettingSerializer
from agents.authentication import IsAdministrator, IsOverseer
from agents.services import configuration
from reports.models import Criterion

if TYPE_CHECKING:
    from collections.abc import Collection

    from rest_framework.permissions import BasePermission


@admin.register(Criterion)
class CriterionAdmin(SettingAdmin):
    list_display = ("name", "description", "weight", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("folded",)


class CriterionSerializer(SettingSerializer[Criterion]):
    """What conversations are scored by, 1-5."""

    examples: ClassVar[dict[str, Any]] = {
        "name": "Greeting",
        "description": "1: none. 5: by name, with the agent's own.",
        "weight": 2,
        "position": 1,
    }

    class Meta:
        model = Criterion


class CriteriaViewSet(ConfigurationViewSet[Criterion]):
    """What conversations are scored by; supervisors read it."""

    serializer_class = CriterionSerializer
    queryset = Criterion.objects.all()
    filterset_fields: ClassVar[list[str]] = ["is_active"]
    ordering_fields: ClassVar[list[str]] = ["id", "name", "position"]
    ordering: ClassVar[list[str]] = ["position", "name", "id"]

    def get_permissions(self) -> list[BasePermission]:
        reads = self.request.method in SAFE_METHODS
        return [IsOverseer() if reads else IsAdministrator()]

    def store(
        self,
        row: Criterion,
        *,
        changed: Collection[str] | None,
        beside: dict[str, Any],
    ) -> Criterion:
        return configuration.save(row, changed=changed)
