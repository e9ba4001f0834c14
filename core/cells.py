"""Cells of CSV files that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Apostrophes that were there get one more: what is read is what was written.
# Some spreadsheets take full-width signs for the narrow ones.
SIGNS = r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
FORMULA = re.compile(f"'*{SIGNS}")
ESCAPED = re.compile(f"'+{SIGNS}")


def escaped(text: str) -> str:
    """Return the text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def unescaped(cell: str) -> str:
    return cell[1:] if ESCAPED.match(cell) else cell


def lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield rows as the lines of a file, as they come."""
    for row in rows:
        stream = StringIO(newline="")
        csv.writer(stream).writerow(row)
        yield stream.getvalue()
