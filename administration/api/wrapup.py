"""REST: the reasons for which conversations end (contract 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from administration.api.base import ConfigurationViewSet, SettingSerializer
from wrapup.models import WrapUpCode
from wrapup.services import codes

if TYPE_CHECKING:
    from collections.abc import Collection


class WrapUpCodeSerializer(SettingSerializer[WrapUpCode]):
    """A reason for which a conversation ended."""

    examples: ClassVar[dict[str, Any]] = {"name": "Resolved"}

    class Meta:
        model = WrapUpCode


class WrapUpCodesViewSet(ConfigurationViewSet[WrapUpCode]):
    """The reasons for which conversations end (contract 3.2)."""

    serializer_class = WrapUpCodeSerializer
    queryset = WrapUpCode.objects.prefetch_related("queues")
    filterset_fields: ClassVar[list[str]] = ["is_active", "is_default", "queues"]
    beside = ("queues",)

    def store(
        self,
        row: WrapUpCode,
        *,
        changed: Collection[str] | None,
        beside: dict[str, Any],
    ) -> WrapUpCode:
        return codes.save(row, changed=changed, queues=beside.get("queues"))

    def remove(self, row: WrapUpCode) -> None:
        codes.delete(row)
