"""REST: who may open no chat (contract 3.2), for supervisors too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext
from rest_framework import serializers

from administration.api.base import ConfigurationViewSet, SettingSerializer
from agents.authentication import IsOverseer
from contacts.access import own_contact
from contacts.models import Block
from contacts.services import blocks
from core import clock

if TYPE_CHECKING:
    from collections.abc import Collection


class OwnContactField(serializers.UUIDField):
    """A reference by id to a contact of the own organisation."""

    def to_internal_value(self, data: Any) -> Any:
        own = self.context["request"].user.organisation_id
        contact = own_contact(own, super().to_internal_value(data))
        if contact is None:
            raise serializers.ValidationError(gettext("This contact does not exist."))
        return contact


class BlockSerializer(SettingSerializer[Block]):
    """Somebody who may open no chat."""

    examples: ClassVar[dict[str, Any]] = {
        "kind": "address",
        "value": "203.0.113.7",
        "reason": "Insults",
    }

    contact = OwnContactField(
        write_only=True,
        required=False,
        help_text="Names the customer, or the address, of a contact as the value.",
    )

    class Meta:
        model = Block
        extra_kwargs: ClassVar[dict[str, Any]] = {"value": {"required": False}}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        contact = attrs.pop("contact", None)
        if contact is not None:
            kind = str(attrs.get("kind") or getattr(self.instance, "kind", ""))
            attrs["value"] = blocks.of_contact(contact, kind)
        elif self.instance is None and "value" not in attrs:
            raise serializers.ValidationError(
                {"value": gettext("This field is required.")}
            )
        return attrs


class BlocksViewSet(ConfigurationViewSet[Block]):
    """Who may open no chat."""

    permission_classes = [IsOverseer]
    serializer_class = BlockSerializer
    queryset = Block.objects.all()
    filterset_fields: ClassVar[list[str]] = ["kind"]
    ordering_fields: ClassVar[list[str]] = ["id", "ends_at"]
    ordering: ClassVar[list[str]] = ["-id"]

    def store(
        self, row: Block, *, changed: Collection[str] | None, beside: dict[str, Any]
    ) -> Block:
        return blocks.save(row, now=clock.now(), changed=changed)
