"""One reading of the floor for all who ask at the same time, in each process."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING, Any

from agents.models import Organisation
from core import clock, heartbeat
from supervision import survey

if TYPE_CHECKING:
    from datetime import datetime

    from supervision.board import Board

OK, STALE = "ok", "stale"


def moment(now: datetime) -> dict[str, Any]:
    """Return whether what happens by itself is late, as all floors say it."""
    return {"timers": OK if heartbeat.is_fresh(now) else STALE}


class Lookout:
    """Reads the floor of an organisation, for one at a time: whoever comes meanwhile
    waits for the next reading, and shares it with all others who wait."""

    def __init__(self, organisation_id: int) -> None:
        self._organisation_id = organisation_id
        self._lock = Lock()
        self._began = -1.0
        self._board: Board | None = None

    def board(self) -> Board:
        """Return the floor as it was at this call, or a little later."""
        asked = time.monotonic()
        with self._lock:
            if self._board is None or self._began <= asked:
                self._began = time.monotonic()
                self._board = self._read()
            return self._board

    def _read(self) -> Board:
        organisation = Organisation.objects.get(pk=self._organisation_id)
        now = clock.now()
        figures = survey.counted(organisation, now=now)
        return survey.of_organisation(organisation, now=now, figures=figures)


_lock = Lock()
_lookouts: dict[int, Lookout] = {}


def board_of(organisation_id: int) -> Board:
    """Return the floor of an organisation as it is."""
    with _lock:
        lookout = _lookouts.setdefault(organisation_id, Lookout(organisation_id))
    return lookout.board()
