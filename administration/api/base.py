"""REST: what all configuration has in common (contract 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import models
from rest_framework import serializers, viewsets

from agents.access import agent_for_user
from agents.authentication import IsAdministrator
from agents.models import Agent, Scope
from agents.services import configuration
from core.filters import ByColumns, ByWords, InOrder
from core.strict import Strict

if TYPE_CHECKING:
    from collections.abc import Collection

    from rest_framework.serializers import BaseSerializer

Row = TypeVar("Row", bound=models.Model)

WRITING = {"update", "partial_update", "destroy"}


class OwnRelatedField(serializers.PrimaryKeyRelatedField[Any]):
    """A reference by id to a row of the administrator's own organisation."""

    def get_queryset(self) -> models.QuerySet[Any]:
        rows = super().get_queryset()
        assert rows is not None
        request = self.context.get("request")
        if request is None or not isinstance(request.user, Agent):
            return rows.none()
        return rows.filter(organisation=request.user.organisation_id)


class SettingSerializer(Strict, serializers.ModelSerializer[Row]):
    """The settings of a model as it declares them, and what stands beside them here.

    `read_only_fields` are shown besides, `exclude` leaves out.
    """

    serializer_related_field = OwnRelatedField

    def get_field_names(self, declared_fields: Any, info: Any) -> list[str]:
        meta: Any = self.Meta
        names = ["id", *meta.model.settings(), *declared_fields]
        names += getattr(meta, "read_only_fields", ())
        left_out = getattr(meta, "exclude", ())
        return [name for name in dict.fromkeys(names) if name not in left_out]


class WholeRow(serializers.BaseSerializer[Any]):
    """A row of an array: a PATCH replaces the array, so its rows are complete."""

    def to_internal_value(self, data: Any) -> Any:
        if not getattr(self.root, "partial", False):
            return super().to_internal_value(data)
        return type(self)(context=self.context).run_validation(data)


class ConfigurationViewSet(viewsets.ModelViewSet[Row]):
    """CRUD of one kind of setting, through the services that know its rules."""

    permission_classes = [IsAdministrator]
    writes = Scope.CONFIGURE
    filter_backends = [ByColumns, ByWords, InOrder]
    search_fields: ClassVar[list[str]] = ["folded"]
    ordering_fields: ClassVar[list[str]] = ["id", "name"]
    ordering: ClassVar[list[str]] = ["name", "id"]
    lookup_value_converter = "int"
    # Fields that hold rows of another table, stored beside the row itself.
    beside: ClassVar[tuple[str, ...]] = ()

    # --- the subclass's part ----------------------------------------------------
    def store(
        self, row: Row, *, changed: Collection[str] | None, beside: dict[str, Any]
    ) -> Row:
        """Save the row and what stands beside it, through its service."""
        raise NotImplementedError

    def remove(self, row: Row) -> None:
        """Delete the row: a kind with rules for this brings its own service."""
        configuration.delete(row)

    # --- the rest ---------------------------------------------------------------
    def get_queryset(self) -> models.QuerySet[Row]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        if self.action in WRITING:
            # Read again once it is stored; before, nobody looks at what hangs on it.
            rows = rows.prefetch_related(None)
        return rows.filter(organisation=self.organisation_id)

    @property
    def organisation_id(self) -> int:
        organisation_id = agent_for_user(self.request.user).organisation_id
        assert organisation_id is not None
        return organisation_id

    def perform_create(self, serializer: BaseSerializer[Row]) -> None:
        plain, beside = self._parts(serializer)
        row = self.get_queryset().model(organisation_id=self.organisation_id, **plain)
        serializer.instance = self.store(row, changed=None, beside=beside)

    def perform_update(self, serializer: BaseSerializer[Row]) -> None:
        row = serializer.instance
        assert row is not None
        plain, beside = self._parts(serializer)
        for name, value in plain.items():
            setattr(row, name, value)
        serializer.instance = self.store(row, changed=plain.keys(), beside=beside)

    def perform_destroy(self, instance: Row) -> None:
        self.remove(instance)

    def _parts(
        self, serializer: BaseSerializer[Row]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        values = dict(serializer.validated_data)
        beside = {name: values.pop(name) for name in self.beside if name in values}
        return values, beside
