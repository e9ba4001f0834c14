"""Compound files (OLE) for tests: storages and streams, nothing else."""

from __future__ import annotations

import struct
from typing import Any

Entry = dict[str, Any]
SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
NONE = 0xFFFFFFFF
LEAST = 4096  # bytes: smaller streams would go into a file of their own


def compound(streams: dict[str, bytes]) -> bytes:
    """Return a compound file with these streams, by their paths (`a/b`)."""
    entries = _entries(streams)
    sectors: list[bytes] = []
    chains: list[int] = []

    def store(content: bytes) -> int:
        start = len(sectors)
        pieces = [content[n : n + SECTOR] for n in range(0, len(content), SECTOR)]
        sectors.extend(piece.ljust(SECTOR, b"\x00") for piece in pieces)
        chains.extend([*range(start + 1, start + len(pieces)), END])
        return start

    for entry in entries:
        if entry["kind"] == 2:
            entry["start"] = store(entry["content"])
    directory = b"".join(map(_packed, entries))
    directory += _packed(None) * (-len(entries) % 4)
    first_directory = store(directory)
    number = len(sectors) // 126 + 1
    first_fat = len(sectors)
    table = [*chains, *[FAT] * number]
    table += [FREE] * (number * 128 - len(table))
    fat = struct.pack(f"<{len(table)}I", *table)
    places = [*range(first_fat, first_fat + number)]
    header = struct.pack(
        "<8s16sHHHHHHIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0),
        *(number, first_directory, 0, LEAST, END, 0, END, 0),
    )
    header += struct.pack("<109I", *places, *[FREE] * (109 - number))
    return header + b"".join(sectors) + fat


def _entries(streams: dict[str, bytes]) -> list[Entry]:
    root = _entry("Root Entry", 5)
    entries, folders = [root], {"": root}
    for path, content in streams.items():
        *parents, name = path.split("/")
        inside = ""
        for parent in parents:
            here = f"{inside}/{parent}"
            if here not in folders:
                folders[here] = _entry(parent, 1)
                _add(entries, folders[inside], folders[here])
            inside = here
        entry = _entry(name, 2)
        entry["content"] = content.ljust(LEAST, b"\x00")
        _add(entries, folders[inside], entry)
    return entries


def _entry(name: str, kind: int) -> Entry:
    links = {"right": NONE, "child": NONE, "start": 0, "content": b""}
    return {"name": name, "kind": kind, **links}


def _add(entries: list[Entry], parent: Entry, entry: Entry) -> None:
    entries.append(entry)
    place = len(entries) - 1
    if parent["child"] == NONE:
        parent["child"] = place
        return
    last = entries[parent["child"]]
    while last["right"] != NONE:
        last = entries[last["right"]]
    last["right"] = place


def _packed(entry: Entry | None) -> bytes:
    entry = entry or _entry("", 0)
    name = entry["name"].encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        *(name, len(name) + 2 if name else 0, entry["kind"], 1),
        *(NONE, entry["right"], entry["child"], b"", 0, 0, 0),
        *(entry["start"], len(entry["content"])),
    )
