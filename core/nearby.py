"""The two ways of events: at once to the sockets of the process that tells them, and by
Redis to those of all other processes.

So people who are served by one process talk on while Redis is away, and a process
hears nothing that it has told itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from core import redis
from core.unthreaded import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    Hearer = Callable[[str], None]

CHANNEL = "events"  # of a process: this, a colon, and its name
PROCESS = uuid4().hex

# Who has subscribed at this moment hears it: nobody has to know who is there. What is
# noted goes along: a command more would cost as much as this one.
TO_OTHERS = """
if ARGV[3] ~= '' then
    for _, channel in ipairs(redis.call('PUBSUB', 'CHANNELS', ARGV[1])) do
        if channel ~= ARGV[2] then redis.call('PUBLISH', channel, ARGV[3]) end
    end
end
for place, set in ipairs(KEYS) do redis.call('SADD', set, ARGV[3 + place]) end
"""

_hearers: set[Hearer] = set()


def channel(process: str = PROCESS) -> str:
    """Return where a process hears what the others tell."""
    return redis.key(f"{CHANNEL}:{process}")


def hear(hearer: Hearer) -> None:
    """Call this with what any thread of this process tells, in that thread."""
    _hearers.add(hearer)


def hear_no_more(hearer: Hearer) -> None:
    _hearers.discard(hearer)


def tell(events: str) -> None:
    """Tell the sockets of this process."""
    for hearer in tuple(_hearers):
        hearer(events)


def tell_others(events: str, notes: Collection[tuple[str, str]] = ()) -> None:
    """Tell the sockets of all other processes, and note each (set, item)."""
    sets, values = _to_others(events, notes)
    redis.client().eval(TO_OTHERS, len(sets), *sets, *values)


async def tell_others_unthreaded(
    events: str, notes: Collection[tuple[str, str]] = ()
) -> None:
    """Do as `tell_others` does, in an event loop."""
    sets, values = _to_others(events, notes)
    await lines().run_script(TO_OTHERS, sets, *values)


def _to_others(
    events: str, notes: Collection[tuple[str, str]]
) -> tuple[list[str], list[str]]:
    items = [item for _, item in notes]
    sets = [redis.key(name) for name, _ in notes]
    return sets, [channel("*"), channel(), events, *items]
