"""What a process group has used, from /proc (Linux)."""

from __future__ import annotations

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
# Fields of /proc/<pid>/stat after the name in brackets (man 5 proc).
GROUP, USER, SYSTEM = 2, 11, 12


def seconds(group: int) -> float:
    """Return the processor time that the group's processes have used."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[GROUP]) == group:
            ticks += int(fields[USER]) + int(fields[SYSTEM])
    return ticks / TICK


def memory(pid: int) -> int:
    """Return the bytes of memory that are the process's own (not shared)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "Private_Dirty":
            return int(value.split()[0]) * 1024
    raise ValueError(f"No memory figure for process {pid}.")
