"""The pool of connections, on a PostgreSQL that really stops and starts."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from core.postgresql import pool as module
from core.postgresql.pool import Pool
from tests import machine, services

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

FEW = 6  # connections that the server allows


class Cluster:
    """A PostgreSQL that can be away for a while."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "pg"
        self._options = {
            **services.FAST_AND_LOOSE,
            "max_connections": str(FEW),
            "superuser_reserved_connections": "0",
            "max_wal_senders": "0",
        }

    @contextmanager
    def running(self) -> Iterator[None]:
        programs = machine.postgresql()
        with services.postgresql(programs, self._folder, options=self._options):
            yield

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self._folder), user="parley", dbname="postgres", autocommit=True
        )


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with services.short_folder() as folder:
        yield Cluster(folder)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0)


@pytest.fixture
def pool(cluster: Cluster) -> Iterator[Pool]:
    pool = Pool(cluster.connect, max_size=4, timeout=60)
    yield pool
    pool.close()


def use(pool: Pool, *, at_once: int = 1) -> list[int]:
    """Lend some connections and give them back; return their servers' processes."""
    lent = [pool.getconn() for _ in range(at_once)]
    processes = [connection.info.backend_pid for connection in lent]
    for connection in lent:
        connection.execute("SELECT 1")
        pool.putconn(connection)
    return processes


def test_a_connection_is_lent_again(cluster: Cluster, pool: Pool) -> None:
    with cluster.running():
        assert use(pool) == use(pool)


def test_who_asks_meanwhile_learns_at_once_why_there_is_none(
    cluster: Cluster, pool: Pool
) -> None:
    with cluster.running():
        use(pool, at_once=4)

    for _ in range(20):
        with pytest.raises(psycopg.OperationalError, match="PGSQL"):
            pool.getconn()


def test_it_is_back_with_the_server(cluster: Cluster, pool: Pool) -> None:
    with cluster.running():
        held = pool.getconn()
        before = use(pool, at_once=3)
    for _ in range(20):
        with pytest.raises(psycopg.OperationalError):
            pool.getconn()

    with cluster.running():
        after = use(pool, at_once=3)
        pool.putconn(held)

        assert not {*before} & {*after}
        # And no place was lost.
        assert len(use(pool, at_once=4)) == 4


def test_a_restart_that_nobody_noticed_costs_nobody_anything(
    cluster: Cluster, pool: Pool
) -> None:
    with cluster.running():
        use(pool, at_once=4)

    with cluster.running():
        use(pool, at_once=4)


def test_a_server_that_did_not_answer_is_left_in_peace_for_a_moment(
    cluster: Cluster, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSE", 3600)
    with pytest.raises(psycopg.OperationalError):
        pool.getconn()

    with cluster.running(), pytest.raises(psycopg.OperationalError, match="PGSQL"):
        pool.getconn()


def test_who_finds_all_in_use_waits(cluster: Cluster, pool: Pool) -> None:
    with cluster.running():
        lent = [pool.getconn() for _ in range(4)]
        waiting = Thread(target=lambda: lent.append(pool.getconn()))
        waiting.start()

        pool.putconn(lent[0])
        waiting.join()

        assert lent[4] is lent[0]
        for connection in lent[1:]:
            pool.putconn(connection)


def test_who_waits_for_too_long_is_told(cluster: Cluster) -> None:
    with cluster.running():
        pool = Pool(cluster.connect, max_size=1, timeout=0)
        connection = pool.getconn()

        with pytest.raises(psycopg.OperationalError, match="in use for too long"):
            pool.getconn()

        pool.putconn(connection)
        pool.close()


def test_a_server_that_has_none_to_spare_lets_people_wait(
    cluster: Cluster, pool: Pool
) -> None:
    with cluster.running(), ExitStack() as others:
        lent = pool.getconn()
        for _ in range(FEW - 1):
            others.enter_context(cluster.connect())
        waiting = Thread(target=lambda: pool.putconn(pool.getconn()))
        waiting.start()

        pool.putconn(lent)
        waiting.join()

        assert not lent.closed


def test_nothing_of_a_transaction_is_handed_on(cluster: Cluster, pool: Pool) -> None:
    with cluster.running():
        connection = pool.getconn()
        connection.autocommit = False
        connection.execute("CREATE TABLE half_done ()")
        pool.putconn(connection)

        connection = pool.getconn()
        assert connection.autocommit
        found = connection.execute("SELECT to_regclass('half_done')").fetchone()
        assert found == (None,)
        pool.putconn(connection)


def test_what_is_old_is_not_kept(
    cluster: Cluster, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster.running():
        monkeypatch.setattr(module, "LONGEST_IDLE", -1)
        assert use(pool) != use(pool)

        monkeypatch.undo()
        monkeypatch.setattr(module, "LONGEST_LIFE", -1)
        assert use(pool) != use(pool)


def test_a_closed_pool_keeps_nothing(cluster: Cluster, pool: Pool) -> None:
    with cluster.running():
        lent, idle = pool.getconn(), pool.getconn()
        pool.putconn(idle)

        pool.close()
        pool.putconn(lent)

        assert lent.closed
        assert idle.closed
