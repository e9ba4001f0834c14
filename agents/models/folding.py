from __future__ import annotations

from typing import Any

from django.db import models

from core.folding import made_fields


class Folding(models.Model):
    """A row that makes what it is searched and compared by whenever it is stored."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        changed = options.get("update_fields")
        if changed is not None:
            options["update_fields"] = {*changed, *made_from(type(self), changed)}
        super().save(*args, **options)

    def full_clean(self, *args: Any, **options: Any) -> None:
        """Make it before constraints look at it, too."""
        self.fold()
        super().full_clean(*args, **options)

    def fold(self) -> None:
        for field in made_fields(type(self)):
            setattr(self, field.attname, field.made_of(self))


def made_from(model: type[models.Model], changed: Any) -> set[str]:
    """Return the fields that are made of one of those."""
    names = set(changed)
    return {field.name for field in made_fields(model) if names & {*field.of}}
