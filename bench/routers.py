"""Several routers at once, and the yardstick beside them.

Run as a program it is one router: it waits for a line, then routes until nothing is
left, and says how many offers it made.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bench.floor import Floor

MODULE = "bench.routers"
READY = "ready\n"
WORKERS = 4
SLOTS = 5
CLAIMS = 5  # per decision, as they are so much shorter
# One claim is one transaction: take the first free row that nobody else has.
CLAIM = """\
BEGIN;
SELECT id FROM claims WHERE NOT taken ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED \\gset
UPDATE claims SET taken = true WHERE id = :id;
COMMIT;
"""


class NotDone(Exception):
    """Contacts wait that the routers could have offered, or one was offered twice."""


@dataclass(frozen=True)
class Round:
    """Decisions and claims per second, measured one after the other."""

    organisations: int
    decisions: float
    claims: float

    @property
    def ratio(self) -> float:
        return self.decisions / self.claims

    def as_row(self) -> dict[str, float]:
        return asdict(self) | {"ratio": self.ratio}


def measure(
    folder: Path, programs: Path, *, decisions: int, rounds: int
) -> Iterator[Round]:
    """Give each round's figures: for one organisation, then for one per worker."""
    from bench import floor
    from bench.floor import Floor

    for organisations in (1, WORKERS):
        floor.clear()
        share = decisions // organisations
        floors = [
            Floor(f"Bench{number}", agents=share // SLOTS, slots=SLOTS)
            for number in range(organisations)
        ]
        for each in floors:
            each.contacts(2 * share)
        floor.settle()
        for _ in range(rounds):
            claims = _claims(folder, programs, CLAIMS * decisions)
            yield Round(organisations, _decisions(floors), claims)
    floor.clear()


def _decisions(floors: Sequence[Floor]) -> float:
    with ExitStack() as stack:
        workers = [
            stack.enter_context(_worker(floors[number % len(floors)]))
            for number in range(WORKERS)
        ]
        for worker in workers:
            assert worker.stdout is not None
            if worker.stdout.readline() != READY:
                raise NotDone("A router did not start.")
        begin = time.perf_counter()
        answers = [worker.communicate("go\n")[0] for worker in workers]
        seconds = time.perf_counter() - begin
    made = sum(map(int, answers))
    expected = sum(len(each.agents) * SLOTS for each in floors)
    offered = sum(each.take_offers_back() for each in floors)
    if not made == offered == expected:
        raise NotDone(f"{made} offers made, {offered} stored, {expected} possible.")
    return made / seconds


def _worker(here: Floor) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", MODULE, str(here.organisation.pk)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _claims(folder: Path, programs: Path, number: int) -> float:
    """Have as many clients of pgbench claim rows; return the claims per second."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS claims")
        cursor.execute(
            "CREATE TABLE claims AS SELECT id, false AS taken "
            "FROM generate_series(1, %s) AS id",
            [number],
        )
        cursor.execute("CREATE INDEX ON claims (id) WHERE NOT taken")
        cursor.execute("ALTER TABLE claims ADD PRIMARY KEY (id)")
        cursor.execute("VACUUM ANALYZE claims")
    script = folder / "claim.sql"
    script.write_text(CLAIM)
    options = [f"--client={WORKERS}", "--jobs=2", "--no-vacuum", "--protocol=prepared"]
    answer = subprocess.run(
        [
            *(str(programs / "pgbench"), *options, f"--file={script}"),
            *(f"--transactions={number // WORKERS}", f"--host={folder / 'pg'}"),
            *("--username=parley", "parley"),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    [line] = [row for row in answer.stdout.splitlines() if row.startswith("tps")]
    return float(line.split()[2])


def _route(organisation_id: int) -> None:
    import django

    django.setup()
    from django.db import connection

    from contacts.services import router
    from core import clock

    connection.ensure_connection()
    sys.stdout.write(READY)
    sys.stdout.flush()
    if sys.stdin.readline():
        made = router.route(organisation_id=organisation_id, now=clock.now())
        sys.stdout.write(f"{made}\n")


if __name__ == "__main__":
    _route(int(sys.argv[1]))
