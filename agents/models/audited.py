from __future__ import annotations

from typing import Any

from django.db import models


class Audited(models.Model):
    """A setting whose changes are kept: who, when, old and new values."""

    class Meta:
        abstract = True

    @classmethod
    def settings(cls) -> list[str]:
        """Return the names of what administrators set, in the order of declaration.

        All that the model itself declares, but for what is not `editable`, and for the
        row that it belongs to and goes with.
        """
        inherited = {
            field.name
            for base in cls.__mro__
            if hasattr(base, "_meta") and base._meta.abstract
            for field in _declared(base)
        }
        return [
            field.name
            for field in _declared(cls)
            if field.editable and field.name not in inherited and not _is_owner(field)
        ]

    @property
    def is_private(self) -> bool:
        """Whether it is somebody's own, of which no trail tells."""
        return False

    def named_by(self) -> models.Model:
        """Return the row by whose name people know this one."""
        return self

    def audited_parts(self) -> dict[str, Any]:
        """Return what is set together with the row and stands in another table."""
        return {}


def _declared(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
    written = (field for field in fields if not field.auto_created)
    return sorted(written, key=lambda field: field.creation_counter)


def _is_owner(field: models.Field[Any, Any]) -> bool:
    return (
        isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete is models.CASCADE
    )
