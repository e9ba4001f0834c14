"""The process in which a day is replayed: a day in, figures out, both as JSON.

It knows neither the real database nor Redis: `running` gives it no way there.
"""

from __future__ import annotations

import gc
import json
import sys
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from reports.simulation.day import Day


def main() -> None:
    """Replay the day that comes in; write a line about how far it is now and then, and
    the figures as the last."""
    gc.set_threshold(100_000)  # it lives for a minute, and is gone
    django.setup()
    from reports.simulation.day import Day

    day = Day.of(json.load(sys.stdin))
    _say({"figures": replay(day)})


def replay(day: Day) -> dict[str, Any]:
    """Return the figures of the day as it happens here."""
    from reports.simulation import figures, scratch
    from reports.simulation.replay import Replay

    scratch.build(day)
    replay = Replay(day, lambda share: _say({"progress": round(share, 3)}))
    replay.run()
    return figures.of_day(day) | {"refused": replay.refused}


def _say(words: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
