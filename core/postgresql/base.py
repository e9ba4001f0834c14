"""Django's backend for PostgreSQL, but for the pool and for how times are read."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base

from core.postgresql.pool import Pool
from core.postgresql.timestamps import Timestamp


class DatabaseWrapper(base.DatabaseWrapper):
    _connection_pools: ClassVar[dict[str, Pool]] = {}

    @property
    def pool(self) -> Pool | None:
        """Return the process's pool; None for a connection outside of it."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        if self.alias not in self._connection_pools:
            # Two threads may come here at once: the first one's pool is kept.
            self._connection_pools.setdefault(self.alias, self._new_pool(options))
        return self._connection_pools[self.alias]

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        params["context"].register_loader("timestamptz", Timestamp)
        return params

    def _new_pool(self, options: dict[str, Any]) -> Pool:
        # Django turns autocommit off where it begins a transaction.
        params = {**self.get_connection_params(), "autocommit": True}

        def connect() -> Any:
            connection = self.Database.connect(**params)
            self._configure_connection(connection)  # type: ignore[attr-defined]
            return connection

        return Pool(connect, **options)
