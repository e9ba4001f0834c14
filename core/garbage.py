"""How a process looks for garbage."""

from __future__ import annotations

import gc


def look_seldom() -> None:
    """Have Python's collector leave alone what is loaded, and look seldom at the rest.

    What is loaded stays until the end: looking through all of it holds up every thread,
    for a tenth of a second. Most of what is made is freed without the collector,
    sockets among it. Python's own thresholds had it look through all open sockets again
    and again while thousands came back: a third of the processor, and a second at a
    time in which nobody was served.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 50)
