"""Numbers in the cells of binary workbooks, of both generations."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE = 1e20  # no whole number beyond it is a card's
# BIFF8, [MS-XLS] 2.3
FILE_PASS = 0x002F
NUMBER = 0x0203
# BIFF12, [MS-XLSB] 2.3.2
CELL_RK, CELL_REAL, FORMULA_NUMBER = 2, 5, 9
CELL_HEADER = 8  # bytes: column and style
CONTINUED = 0x80


def spelled(value: float) -> str:
    """Return a number of a cell as its digits."""
    is_whole = abs(value) < WHOLE and value == int(value)
    return str(int(value)) if is_whole else repr(value)


def biff8_records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (kind, content) of the records of an `.xls` workbook."""
    position = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        yield kind, stream[position + 4 : position + 4 + length]
        position += 4 + length


def biff8_number(record: bytes) -> str:
    """Return the number of a cell, from its record."""
    return spelled(struct.unpack_from("<d", record, 6)[0])


def biff12_numbers(part: bytes) -> Iterator[str]:
    """Yield the numbers in the cells of a sheet of an `.xlsb` workbook."""
    position = 0
    while position < len(part):
        kind, position = _varying(part, position, most=2)
        length, position = _varying(part, position, most=4)
        record = part[position : position + length]
        position += length
        if kind in {CELL_REAL, FORMULA_NUMBER}:
            yield spelled(struct.unpack_from("<d", record, CELL_HEADER)[0])
        elif kind == CELL_RK:
            yield spelled(_rk(struct.unpack_from("<I", record, CELL_HEADER)[0]))


def _varying(part: bytes, position: int, *, most: int) -> tuple[int, int]:
    """Return a number that takes as many bytes as it needs, and where it ends. The
    kind of a record keeps its continuation bits, as the specification writes it."""
    value = 0
    for place in range(most):
        byte = part[position]
        position += 1
        value |= (byte & ~CONTINUED) << 7 * place
        if not byte & CONTINUED:
            break
    return value, position


def _rk(packed: int) -> float:
    """Return the number that Excel packs into thirty bits ([MS-XLSB] 2.5.122)."""
    if packed & 2:
        signed = struct.unpack("<i", struct.pack("<I", packed))[0]
        value = float(signed >> 2)
    else:
        value = struct.unpack("<d", struct.pack("<Q", (packed & ~3) << 32))[0]
    return value / 100 if packed & 1 else value
