from __future__ import annotations

from typing import Any

from django.db import models


class Audited(models.Model):
    """A setting whose changes are kept: who, when, old and new values."""

    class Meta:
        abstract = True

    def get_additional_data(self) -> dict[str, Any]:
        """Return what the trail keeps beside the change: whose setting it is."""
        return {"organisation": self.audited_organisation_id()}

    def audited_organisation_id(self) -> int | None:
        organisation_id: int | None = getattr(self, "organisation_id", None)
        return organisation_id
