"""The database and the Redis of one run: private, and gone afterwards."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import psycopg

from tests import machine, services

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POSTGRESQL, SQLITE = "postgresql", "sqlite"
# As it is installed: what is committed is on the disk.
DURABLE = {"listen_addresses": "", "max_connections": "200"}


@contextmanager
def running(database: str) -> Iterator[Path]:
    """Start what the product needs, and say so in the environment.

    Give a folder for everything else; Django may be set up only inside.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(services.short_folder())
        # As bin/run makes it: beat keeps its schedule there.
        (folder / "data").mkdir()
        redis = stack.enter_context(services.redis_server(folder / "redis.sock"))
        if database == POSTGRESQL:
            cluster = services.postgresql(
                machine.postgresql(), folder / "pg", options=DURABLE
            )
            url = stack.enter_context(cluster)
            _create_database(folder / "pg")
        else:
            url = f"sqlite:///{folder}/parley.sqlite3"
        os.environ |= {
            "DATABASE_URL": url,
            "REDIS_URL": redis,
            "PARLEY_DATA": str(folder / "data"),
            "SECRET_KEY": "for the bench alone",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            # They cost what they cost in production, and let everything through.
            "PARLEY_MESSAGES_PER_MINUTE": str(10**9),
            "PARLEY_CONTACTS_PER_MINUTE": str(10**9),
        }
        yield folder


def _create_database(host: Path) -> None:
    postgres = psycopg.connect(
        host=str(host), user="parley", dbname="postgres", autocommit=True
    )
    with postgres:
        postgres.execute("CREATE DATABASE parley")
