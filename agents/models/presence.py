from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class ServerProcess(models.Model):
    """A process that serves sockets, and says every few seconds that it is there.

    All sockets of one that was silent for 15 s count as closed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)


class Socket(models.Model):
    """An open websocket: as long as the `ServerProcess` that serves it is there.

    `address` names a person as `core.realtime` does: `agent.<id>` or
    `customer.<contact>`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = models.CharField(max_length=60, db_index=True)
    process = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return self.address


class Presence(models.Model):
    """When a person was last heard of, on a socket or by a request."""

    address = models.CharField(max_length=60, primary_key=True)
    last_heard_at = models.DateTimeField(db_index=True)
    last_acted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("presence")

    def __str__(self) -> str:
        return self.address
