"""Browsers' sessions (SESSION_ENGINE): stored by the digest of the key, for a while.

Whoever reads the database, or a back-up of it, cannot go on with somebody's session.

A session ends when nobody has used it for `SESSION_IDLE_SECONDS`, and at the latest
`SESSION_COOKIE_AGE` after its sign-in. Every request uses it, and so does an open desk
(`agents.guard`); that is noted in the row now and then, not each time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends import db

from core import clock, secrets

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.sessions.base_session import AbstractBaseSession

LENGTH = 40  # characters of the column: 160 bits
BEGUN = "begun"  # the time of the sign-in, in the session itself
NOTED_EVERY = timedelta(minutes=5)


def stored(key: str) -> str:
    """Return what is stored of a session's key."""
    return secrets.digest(key)[:LENGTH]


def idle_time() -> timedelta:
    return timedelta(seconds=settings.SESSION_IDLE_SECONDS)


def last_moment(begun: float) -> datetime:
    """Return when a session that began then ends, however much it is used."""
    return datetime.fromtimestamp(begun + settings.SESSION_COOKIE_AGE, UTC)


def is_to_be_kept(end: datetime, *, until: datetime, now: datetime) -> bool:
    """Whether the use of a session is to be noted now: its end can be later, and it was
    not noted in the last minutes."""
    return end < min(until, now + idle_time() - NOTED_EVERY)


def keep(session: str, *, until: datetime, now: datetime) -> None:
    """Note that a session, named as it is stored, is in use; a few minutes later again.

    What ended meanwhile stays ended.
    """
    end = min(now + idle_time(), until)
    rows = SessionStore.get_model_class().objects.filter(session_key=session)
    rows.filter(expire_date__gt=now, expire_date__lt=end).update(expire_date=end)


class SessionStore(db.SessionStore):
    """Django's, but for keys and ends. Its name is part of what signs the data."""

    # What a page asks for by itself is no use.
    is_idling = False
    # When it ends if nobody uses it, and when it ends however much it is used: of a
    # session that was loaded.
    end: datetime | None = None
    last_end: datetime | None = None

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        now = clock.now()
        found = self.model.objects.filter(
            session_key=stored(self.session_key or ""), expire_date__gt=now
        ).first()
        if found is None:
            self._session_key = None
        else:
            self._note_use(found, now)
        return found

    def _note_use(self, row: AbstractBaseSession, now: datetime) -> None:
        begun = self.decode(row.session_data).get(BEGUN)
        # What was stored by an older version ends when it was to end then.
        until = row.expire_date if begun is None else last_moment(begun)
        self.end, self.last_end = row.expire_date, until
        if self.is_idling:
            return
        if is_to_be_kept(row.expire_date, until=until, now=now):
            self._keep(until, now)

    def _keep(self, until: datetime, now: datetime) -> None:
        keep(stored(self.session_key or ""), until=until, now=now)
        self.end = min(now + idle_time(), until)

    def stay(self) -> None:
        """Note a use because somebody asks for it, whatever was noted before."""
        if self.last_end is not None:
            self._keep(self.last_end, clock.now())

    def begin(self) -> None:
        """Let the longest time of the session begin now, with a sign-in."""
        self[BEGUN] = clock.now().timestamp()

    @property
    def ends_at(self) -> datetime:
        """When the session ends, however much it is used."""
        return last_moment(self.get(BEGUN, clock.now().timestamp()))

    def exists(self, session_key: str) -> bool:
        return super().exists(stored(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        now = clock.now()
        begun = data.get(BEGUN, now.timestamp())
        row = super().create_model_instance({**data, BEGUN: begun})
        row.session_key = stored(row.session_key)
        row.expire_date = min(now + idle_time(), last_moment(begun))
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(stored(key))

    def take(self, row: AbstractBaseSession) -> None:
        """Hold what the row has, as if it had just been loaded."""
        self._session_cache = self.decode(row.session_data)
        self._note_use(row, clock.now())

    # Django would do these with the key itself.
    async def _aget_session_from_db(self) -> AbstractBaseSession | None:
        return await sync_to_async(self._get_session_from_db)()

    async def aexists(self, session_key: str) -> bool:
        return await sync_to_async(self.exists)(session_key)

    async def acreate_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        return await sync_to_async(self.create_model_instance)(data)

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)


def loaded(keys: Collection[str]) -> dict[str, SessionStore]:
    """Return the sessions with these keys that have not ended, in one query."""
    stores = {stored(key): SessionStore(key) for key in keys}
    rows = SessionStore.get_model_class().objects.filter(
        session_key__in=list(stores), expire_date__gt=clock.now()
    )
    found = {}
    for row in rows:
        store = stores[row.session_key]
        if store.session_key is not None:
            store.take(row)
            found[store.session_key] = store
    return found
