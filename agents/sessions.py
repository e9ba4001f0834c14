"""Browsers' sessions (SESSION_ENGINE): what is stored of a key is its digest.

Whoever reads the database, or a back-up of it, cannot go on with somebody's session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends import db
from django.utils import timezone

from core import secrets

if TYPE_CHECKING:
    from django.contrib.sessions.base_session import AbstractBaseSession

LENGTH = 40  # characters of the column: 160 bits


def stored(key: str) -> str:
    """Return what is stored of a session's key."""
    return secrets.digest(key)[:LENGTH]


class SessionStore(db.SessionStore):
    """Django's, but for the keys. Its name is part of what signs the data."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        found = self.model.objects.filter(
            session_key=stored(self.session_key or ""), expire_date__gt=timezone.now()
        ).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(stored(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = super().create_model_instance(data)
        row.session_key = stored(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(stored(key))

    # Django would do these with the key itself.
    async def _aget_session_from_db(self) -> AbstractBaseSession | None:
        return await sync_to_async(self._get_session_from_db)()

    async def aexists(self, session_key: str) -> bool:
        return await sync_to_async(self.exists)(session_key)

    async def acreate_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        return await sync_to_async(self.create_model_instance)(data)

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)
